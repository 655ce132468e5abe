"""Classes that pydantic can make nothing of, and that are asked of a body or promised for an answer."""

from __future__ import annotations

from mypy.checker import TypeChecker
from mypy.nodes import Argument, TypeInfo
from mypy.types import UnboundType

from responder_mypy import compat


def unreadable(chk: TypeChecker, info: TypeInfo) -> str | None:
    """Why pydantic can make nothing of a class; None where it may.  Certain are plain classes of the
    program.
    """
    tree = compat.module(chk, info.module_name)
    if tree is None or "site-packages" in tree.path or "typeshed" in tree.path:
        return None
    plain = len(info.mro) == 2 and not info.metadata and not info.is_protocol
    if not plain or info.typeddict_type is not None or info.metaclass_type is not None:
        return None
    if any(name.startswith(("__get_", "__pydantic", "__attrs")) for name in info.names):
        return None
    return f'"{info.name}" is a plain class, which says nothing of its fields'


def class_written(chk: TypeChecker, argument: Argument) -> TypeInfo | None:
    """The class of this module that an annotation names by itself; what an alias or `Annotated` adds may make
    something of any class.
    """
    written = argument.type_annotation
    if not isinstance(written, UnboundType) or written.args:
        return None
    node = compat.symbol(chk.tree, written.name)
    return node if isinstance(node, TypeInfo) else None
