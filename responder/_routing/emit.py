"""A tiny safe source builder: the only place where text becomes code.

Values go in by name, as closure variables of one factory function; nothing a user wrote ever becomes part of
the text.  Names are neutral and numbered, so that routes of the same shape give the same text and share one
compiled code object.  The text is in `linecache` under a telling name, where tracebacks and
`inspect.getsource` find it.
"""

from __future__ import annotations

import linecache
import types
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Final, TypeAlias

from starlette.types import Scope

Made: TypeAlias = Callable[..., Awaitable[None]]
Trace: TypeAlias = Callable[[Scope, str], None]

_LINES: Final[dict[str, list[str]]] = {}
# By the text and the names it was compiled with; the names are kept, so that no others get their identity.
_FACTORIES: Final[dict[tuple[str, int], tuple[Mapping[str, object], Callable[..., Made]]]] = {}


_SEGMENTS: Final[dict[tuple[Hashable, int], tuple[str, ...]]] = {}
_INDENTS: Final = tuple("    " * depth for depth in range(40))


class Code:
    """The lines of one generated function and the values it closes over."""

    def __init__(self, name: str, parameters: str, trace: Trace | None = None) -> None:
        self._head = f"async def {name}({parameters}):"
        self._name = name
        self._trace = trace
        self._lines: list[str] = []
        self._depth = 2
        self._bound: dict[str, object] = {}
        self._known: dict[tuple[str, int], str] = {}
        self._counts: dict[str, int] = {}

    def line(self, text: str) -> None:
        """Add one line at the current depth."""
        self._lines.append(_INDENTS[self._depth] + text)

    def stage(self, name: str) -> None:
        """Tell that a stage of the request begins; without anybody to tell, there is no line."""
        if self._trace is not None:
            self.line(f"{self.bind('trace', self._trace)}(scope, {self.bind('stage', name)})")

    def block(self, head: str) -> _Block:
        """Add a compound statement; what is added inside the `with` is its body."""
        self.line(head)
        return _Block(self)

    def deeper(self) -> int:
        """Begin a body; give the number of lines before it."""
        self._depth += 1
        return len(self._lines)

    def back(self, before: int) -> None:
        """End a body; an empty one is a `pass`."""
        if len(self._lines) == before:
            self.line("pass")
        self._depth -= 1

    def segment(self, key: Hashable, write: Callable[[], None]) -> None:
        """Add lines that depend on nothing but `key`, writing them once for all functions that have them.

        `key` has to hold every name that the lines use, and `write` may bind only what was bound before.
        """
        place = (key, self._depth)
        lines = _SEGMENTS.get(place)
        if lines is None:
            before = len(self._lines)
            write()
            lines = _SEGMENTS[place] = tuple(self._lines[before:])
        else:
            self._lines.extend(lines)

    def bind(self, stem: str, value: object) -> str:
        """Make a value reachable from the code and give the name it has there."""
        place = (stem, id(value))
        name = self._known.get(place)
        if name is None:
            name = self._known[place] = self.fresh(stem)
            self._bound[name] = value
        return name

    def fresh(self, stem: str) -> str:
        """Give a name that nothing else has."""
        number = self._counts.get(stem, 0)
        self._counts[stem] = number + 1
        return f"{stem}_{number}"

    def source(self) -> str:
        """The whole text."""
        head = f"def make({', '.join(self._bound)}):"
        return "\n".join((head, f"    {self._head}", *self._lines, f"    return {self._name}", ""))

    def build(self, names: Mapping[str, object], label: str) -> Made:
        """Compile the text, or take the code of an earlier function of the same shape, and close over the
        values.
        """
        text = self.source()
        known = _FACTORIES.get((text, id(names)))
        if known is None:
            space = dict(names)
            exec(compile(text, "<responder>", "exec"), space)
            made = space["make"]
            assert isinstance(made, types.FunctionType)
            known = _FACTORIES[(text, id(names))] = names, made
        function = known[1](*self._bound.values())
        assert isinstance(function, types.FunctionType)
        function.__code__ = function.__code__.replace(co_filename=label)
        lines = _LINES.setdefault(text, [])
        if not lines:
            lines.extend(text.splitlines(keepends=True))
        linecache.cache[label] = (len(text), None, lines, label)
        return function


class _Block:
    """A body while it is written.  Not a `contextmanager`: a route has dozens, an application thousands of
    routes.
    """

    __slots__ = ("_before", "_code")

    def __init__(self, code: Code) -> None:
        self._code = code

    def __enter__(self) -> None:
        self._before = self._code.deeper()

    def __exit__(self, *outcome: object) -> None:
        self._code.back(self._before)


def source_of(label: str) -> str:
    """Give the text that was generated under a name; "" when there is none."""
    return "".join(linecache.getlines(label))
