"""YAML through libyaml, which is imported only when a body or an answer is YAML.

The time to read a document is bounded: aliases, which let a small text name a huge value, are refused.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from yaml import CSafeDumper
    from yaml.nodes import Node


def _never(dumper: object, data: object) -> bool:
    return True


class _Constructor(Protocol):
    """The part of a loader that its stubs leave untyped."""

    def construct_document(self, node: Node) -> object: ...


@cache
def _dumper() -> type[CSafeDumper]:
    from yaml import CSafeDumper

    return type("Dumper", (CSafeDumper,), {"ignore_aliases": _never})


def dump(value: object) -> bytes:
    """Plain data as one document, in the order of the data and without anchors."""
    import yaml

    return yaml.dump(value, Dumper=_dumper(), encoding="utf-8", allow_unicode=True, sort_keys=False)


def load(data: bytes) -> object:
    """The value of one document; `ValueError` when there is none, it is malformed, or it uses aliases."""
    import yaml

    try:
        loader = yaml.CSafeLoader(data)
        try:
            node = loader.get_single_node()
            if node is None:
                raise ValueError("the document is empty")
            # UTF-16 spells the star in two bytes, one of them this one.
            if b"*" in data:
                _refuse_aliases(node)
            return cast("_Constructor", loader).construct_document(node)
        finally:
            loader.dispose()
    except (yaml.YAMLError, TypeError, OverflowError, AttributeError, LookupError) as exc:
        raise ValueError(str(exc)) from exc


def _refuse_aliases(root: Node) -> None:
    """An alias makes one node appear in two places."""
    from yaml.nodes import MappingNode, SequenceNode

    seen: set[int] = set()
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            raise ValueError("aliases are not accepted")
        seen.add(id(node))
        if isinstance(node, MappingNode):
            for key, value in cast("list[tuple[Node, Node]]", node.value):
                waiting += (key, value)
        elif isinstance(node, SequenceNode):
            waiting += cast("list[Node]", node.value)
