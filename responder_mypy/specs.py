"""A route as a text, so that a type can hold it: `Literal["http GET,POST /users/{id:int}"]`.

Between the hook that sees the path and the hook that sees the handler nothing is remembered; the type of the
decorator carries it, as it does through mypy's cache.  A mark before the path says what is not known:
"?" that the prefix is not known at all, "~" that whoever includes the router may put more in front.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mypy.maptype import map_instance_to_supertype
from mypy.types import Instance, Type, get_proper_type

from responder._contract.findings import Finding
from responder._contract.frozen import record
from responder._contract.template import Template, parse
from responder_mypy.constants import literal_text
from responder_mypy.memory import Memory
from responder_mypy.names import ROUTES

UNKNOWN_PREFIX: Final = "?"
MORE_IN_FRONT: Final = "~"
_MARKS: Final = (UNKNOWN_PREFIX, MORE_IN_FRONT)
_UNSEEN_METHODS: Final = "!"


@record
class Prefix:
    """What stands before a path; `mark` is "" when that is all."""

    text: str
    mark: str = ""

    @property
    def written(self) -> str:
        """As a type holds it."""
        return self.mark + self.text


@record
class Spec:
    """A declared route, as far as its decorator says.

    `methods` is None for every method; `unseen` says that they are not known.
    """

    kind: str
    methods: frozenset[str] | None
    unseen: bool
    prefix_mark: str
    template: Template | Finding
    """The path, parsed; of a valid declaration it is a template."""
    written: str
    """As a type holds it."""


_RECENT: Final[dict[str, Spec]] = {}
"""The last route that was declared: the next thing that mypy looks at is the handler that it is put on."""


def declaration(
    kind: str, methods: frozenset[str] | None, unseen: bool, prefix_mark: str, template: Template
) -> Spec:
    """The route of a declaration."""
    verbs = _UNSEEN_METHODS if unseen else "*" if methods is None else ",".join(sorted(methods))
    written = f"{kind} {verbs} {prefix_mark}{template.text}"
    _RECENT.clear()
    _RECENT[written] = spec = Spec(kind, methods, unseen, prefix_mark, template, written)
    return spec


def spec_of(typ: Type) -> Spec | None:
    """The route that a type holds."""
    text = literal_text(typ)
    if text is None or text.count(" ") < 2:
        return None
    recent = _RECENT.get(text)
    if recent is not None:
        return recent
    kind, methods, path = text.split(" ", 2)
    mark, path = _marked(path)
    unseen = methods == _UNSEEN_METHODS
    verbs = None if unseen or methods == "*" else frozenset(methods.split(","))
    return Spec(kind, verbs, unseen, mark, parse(path, allow_empty=True), text)


def _marked(text: str) -> tuple[str, str]:
    return (text[0], text[1:]) if text.startswith(_MARKS) else ("", text)


_NO_PREFIX: Final = Prefix("", UNKNOWN_PREFIX)
_prefixes: Final[Memory[Instance, Prefix]] = Memory()


def prefix_of(typ: Type) -> Prefix:
    """What stands before every path that is declared on an application, group or router."""
    proper = get_proper_type(typ)
    if not isinstance(proper, Instance):
        return _NO_PREFIX
    return _prefixes.get(proper) or _prefixes.keep(proper, _prefix_in(proper))


def _prefix_in(receiver: Instance) -> Prefix:
    base = next((base for base in receiver.type.mro if base.fullname == ROUTES), None)
    text = None if base is None else literal_text(map_instance_to_supertype(receiver, base).args[1])
    if text is None:
        return _NO_PREFIX
    mark, rest = _marked(text)
    return Prefix(rest, mark)


def methods_of(names: Iterable[str]) -> frozenset[str]:
    """Verbs as the rules know them."""
    return frozenset(name.upper() for name in names)
