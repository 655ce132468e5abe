"""The fields of structured types, as far as they are plainly written."""

from __future__ import annotations

from mypy.nodes import Var
from mypy.types import Instance, ProperType, TypedDictType


def fields_of(typ: ProperType) -> dict[str, bool] | None:
    """The fields of a structured type, and whether each is required; None when they can't be told.

    A pydantic model is only told by what is plainly written in it: aliases, computed fields, properties and
    bases that are not seen make the answer None.
    """
    if isinstance(typ, TypedDictType):
        return {name: name in typ.required_keys for name in typ.items}
    if not isinstance(typ, Instance) or typ.type.fullname != _plain_model(typ):
        return None
    fields: dict[str, bool] = {}
    for base in reversed(typ.type.mro):
        if base.fullname.startswith(("pydantic.", "builtins.", "typing.")):
            continue
        for name, entry in base.names.items():
            node = entry.node
            if not isinstance(node, Var):
                if entry.node is not None and not name.startswith("_"):
                    fields[name] = False  # a method or property: there, but nothing is required of it
                continue
            if name == "model_config" or name.startswith("_") or node.is_classvar:
                continue
            fields[name] = not node.has_explicit_value
    return fields


def _plain_model(typ: Instance) -> str:
    """The name of the class if it is a pydantic model with all its bases known, else nothing."""
    info = typ.type
    known = info.has_base("pydantic.main.BaseModel") and not info.fallback_to_any
    rooted = info.has_base("pydantic.root_model.RootModel")
    return info.fullname if known and not rooted and not typ.args else ""
