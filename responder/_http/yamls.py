"""YAML through libyaml, which is imported only when a body or an answer is YAML.

The time to read a document is bounded: aliases, which let a small text name a huge value, are refused,
numbers have a limit of digits, and there are none to the base of sixty (YAML 1.2 has dropped them too).
So is its depth: the binding goes down by recursion in C, and a deep document would end the process.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    from yaml import CSafeDumper
    from yaml.nodes import Node

Pairs: TypeAlias = "list[tuple[Node, Node]]"

MAX_DIGITS: Final = 4300
"""The longest number that is read: what the interpreter takes in decimal."""

MAX_DEPTH: Final = 200
"""How deep a document may be nested; about what the reader of JSON takes."""

_OPENERS: Final = (b"[", b"{", b"-", b"?", b":")
"""Each level of a document begins with one of these."""

_TAG: Final = "tag:yaml.org,2002:"


class _Constructor(Protocol):
    """The part of a loader that its stubs leave untyped."""

    def construct_object(self, node: Node, deep: bool) -> object: ...

    def flatten_mapping(self, node: Node) -> None: ...


def _never(dumper: object, data: object) -> bool:
    return True


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
        if sum(map(data.count, _OPENERS)) > MAX_DEPTH:
            _refuse_depth(data)
        loader = yaml.CSafeLoader(data)
        try:
            node = loader.get_single_node()
            if node is None:
                raise ValueError("the document is empty")
            # UTF-16 spells the star in two bytes, one of them this one.
            if b"*" in data:
                _refuse_aliases(node)
            return _Builder(cast("_Constructor", loader)).value(node)
        finally:
            loader.dispose()
    except (yaml.YAMLError, TypeError, OverflowError, AttributeError, LookupError) as exc:
        raise ValueError(str(exc)) from exc


def _refuse_depth(data: bytes) -> None:
    """Go through the document once by its events, which nest nowhere."""
    import yaml

    loader = yaml.CSafeLoader(data)
    depth = 0
    try:
        while loader.check_event():  # pyright: ignore[reportUnknownMemberType]  # its stub is half typed
            event: object = loader.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise ValueError("the document is nested too deeply")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    finally:
        loader.dispose()


def _refuse_aliases(root: Node) -> None:
    """What an alias stands for is a node that appears in two places."""
    seen: set[int] = set()
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            raise ValueError("aliases are not accepted")
        seen.add(id(node))
        if not isinstance(node.value, str):
            for part in cast("list[Node | tuple[Node, Node]]", node.value):
                waiting += part if isinstance(part, tuple) else (part,)


class _Builder:
    """Makes values of nodes: common ones directly, the rest by PyYAML's safe rules."""

    __slots__ = ("_loader", "_rules")

    def __init__(self, loader: _Constructor) -> None:
        self._loader = loader
        self._rules: dict[str, Callable[[Node], object]] = {
            _TAG + "str": self._text,
            _TAG + "int": self._number,
            _TAG + "float": self._number,
            _TAG + "map": self._mapping,
            _TAG + "seq": self._sequence,
        }

    def value(self, node: Node) -> object:
        """The value of a node."""
        rule = self._rules.get(node.tag)
        return self._loader.construct_object(node, True) if rule is None else rule(node)

    def _text(self, node: Node) -> object:
        text = cast("object", node.value)
        return text if isinstance(text, str) else self._loader.construct_object(node, True)

    def _number(self, node: Node) -> object:
        text = cast("object", node.value)
        if not isinstance(text, str) or len(text) > MAX_DIGITS:
            raise ValueError("a number is too long")
        return text if ":" in text else self._loader.construct_object(node, True)

    def _sequence(self, node: Node) -> object:
        return [self.value(item) for item in cast("list[Node]", node.value)]

    def _mapping(self, node: Node) -> object:
        pairs = cast("Pairs", node.value)
        if any(key.tag == _TAG + "merge" for key, _ in pairs):
            self._loader.flatten_mapping(node)
            pairs = cast("Pairs", node.value)
        return {self.value(key): self.value(value) for key, value in pairs}
