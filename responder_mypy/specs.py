"""A route as a text, so that a type can hold it: `Literal["http GET,POST /users/{id:int}"]`.

Between the hook that sees the path and the hook that sees the handler nothing is remembered; the type of the
decorator carries it, as it does through mypy's cache.  A mark before the path says what is not known:
"?" that the prefix is not known at all, "~" that whoever includes the router may put more in front.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mypy.maptype import map_instance_to_supertype
from mypy.types import Instance, Type, get_proper_type

from responder._contract.findings import Finding
from responder._contract.template import Template, parse
from responder_mypy.constants import literal_text
from responder_mypy.names import ROUTES

UNKNOWN_PREFIX: Final = "?"
MORE_IN_FRONT: Final = "~"
_MARKS: Final = (UNKNOWN_PREFIX, MORE_IN_FRONT)
_UNSEEN_METHODS: Final = "!"


@dataclass(frozen=True, slots=True)
class Prefix:
    """What stands before a path; `mark` is "" when that is all."""

    text: str
    mark: str = ""

    @property
    def written(self) -> str:
        """As a type holds it."""
        return self.mark + self.text


@dataclass(frozen=True, slots=True)
class Spec:
    """A declared route, as far as its decorator says.

    `methods` is None for every method; `unseen` says that they are not known.
    """

    kind: str
    methods: frozenset[str] | None
    unseen: bool
    prefix_mark: str
    path: str

    @property
    def template(self) -> Template | Finding:
        """The path, parsed; of a valid declaration it is a template."""
        return _RECENT.get(self.path) or parse(self.path, allow_empty=True)

    @property
    def written(self) -> str:
        """As a type holds it."""
        methods = "*" if self.methods is None else ",".join(sorted(self.methods))
        return f"{self.kind} {_UNSEEN_METHODS if self.unseen else methods} {self.prefix_mark}{self.path}"


_RECENT: Final[dict[str, Template]] = {}


def remember(template: Template) -> None:
    """Keep a template for the handler that its decorator is about to be put on."""
    _RECENT.clear()
    _RECENT[template.text] = template


def spec_of(typ: Type) -> Spec | None:
    """The route that a type holds."""
    text = literal_text(typ)
    if text is None or text.count(" ") < 2:
        return None
    kind, methods, path = text.split(" ", 2)
    mark, path = _marked(path)
    unseen = methods == _UNSEEN_METHODS
    verbs = None if unseen or methods == "*" else frozenset(methods.split(","))
    return Spec(kind, verbs, unseen, mark, path)


def _marked(text: str) -> tuple[str, str]:
    return (text[0], text[1:]) if text.startswith(_MARKS) else ("", text)


def prefix_of(typ: Type) -> Prefix:
    """What stands before every path that is declared on an application, group or router."""
    proper = get_proper_type(typ)
    if isinstance(proper, Instance):
        base = next((base for base in proper.type.mro if base.fullname == ROUTES), None)
        if base is not None:
            text = literal_text(map_instance_to_supertype(proper, base).args[1])
            if text is not None:
                mark, rest = _marked(text)
                return Prefix(rest, mark)
    return Prefix("", UNKNOWN_PREFIX)


def methods_of(names: Iterable[str]) -> frozenset[str]:
    """Verbs as the rules know them."""
    return frozenset(name.upper() for name in names)
