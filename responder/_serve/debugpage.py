"""The debug page: the traceback with its code, generated or not, the request, the plan of the route.

One document without a script and without anything to load; frames fold by `<details>`.  Called by `pages`.
"""

from __future__ import annotations

import linecache
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from traceback import FrameSummary, TracebackException
from typing import Final

from starlette.types import Scope

from responder._routing.emit import source_of
from responder._serve.debugfacts import (
    cookie_rows,
    header_rows,
    operation_of,
    query_rows,
    request_rows,
    route_rows,
)
from responder._serve.debugmarkup import Markup, element, folded, listing, table, text

STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --hit: #f5b30055; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.message { font-size: 1.1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.hint, .none { opacity: .7; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; }
summary { cursor: pointer; padding: .4rem .7rem; overflow-wrap: anywhere; }
details > :not(summary) { margin: 0 .7rem .7rem; }
pre { background: var(--soft); border-radius: 4px; overflow-x: auto; padding: .6rem 0; }
pre span, pre.plain { padding: 0 .7rem; }
.code { font: 13px/1.5 ui-monospace, monospace; }
.code span { display: block; }
.hit { background: var(--hit); }
.place { opacity: .7; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border-top: 1px solid var(--line); padding: .25rem .5rem; text-align: left; }
th, td { overflow-wrap: anywhere; }
th { font-weight: 600; vertical-align: top; width: 14rem; }
"""

_AROUND: Final = 5
"""Lines shown on either side of the one that was running."""
_FIRST: Final = 15
_LAST: Final = 35
"""Frames that are shown of a deep stack, from either end."""
_CHAIN: Final = 10
"""Exceptions that are shown of a long chain or a large group."""
_GENERATED: Final = "<responder "
_OURS: Final = str(Path(__file__).parents[1])
_LIBRARIES: Final = tuple(
    {_OURS, *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))}
)


def debug_page(error: BaseException, scope: Scope, trace: str) -> str:
    """The whole document; `trace` is the traceback as text, for copying."""
    told = TracebackException.from_exception(error)
    title = f"{type(error).__name__} · {scope.get('method', '')} {scope.get('path', '')}"
    head = element(
        "head",
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width">'),
        element("title", text(title)),
        element("style", Markup(STYLE)),
    )
    body = element(
        "body",
        element("h1", text(type(error).__qualname__)),
        element("p", text(_message(told)), kind="message"),
        element("p", text("This page is shown because the application runs with debug=True."), kind="hint"),
        *_exceptions(told),
        *_route(scope),
        *_request(scope),
        element("h2", text("As text")),
        folded(text("The traceback, for copying"), element("pre", _whole(trace), kind="plain")),
    )
    return f'<!doctype html>\n<html lang="en">{head}{body}</html>\n'


def _whole(trace: str) -> Markup:
    """The traceback in pieces, so that none of it is left out."""
    return Markup("".join(text(line) for line in trace.splitlines(keepends=True)))


def _message(told: TracebackException) -> str:
    return "".join(told.format_exception_only()).strip()


def _exceptions(told: TracebackException) -> Iterator[Markup]:
    """The exceptions from the one that was raised to the one it began with."""
    left = _CHAIN
    waiting = [("Traceback, the most recent call last", told)]
    while waiting and left:
        left -= 1
        words, one = waiting.pop(0)
        yield element("h2", text(words))
        if one is not told:
            yield element("p", text(_message(one)), kind="message")
        yield from _frames(list(one.stack))
        for number, inner in enumerate(one.exceptions or (), 1):
            waiting.append((f"Exception {number} of the group", inner))
        if one.__cause__ is not None:
            waiting.append(("It was caused by", one.__cause__))
        elif one.__context__ is not None and not one.__suppress_context__:
            waiting.append(("It was raised while handling", one.__context__))
    if waiting:
        yield element("p", text(f"{len(waiting)} more exceptions are in the text below."), kind="hint")


def _frames(stack: list[FrameSummary]) -> Iterator[Markup]:
    hidden = len(stack) - _FIRST - _LAST
    for number, frame in enumerate(stack):
        if hidden > 0 and _FIRST <= number < _FIRST + hidden:
            if number == _FIRST:
                yield element("p", text(f"{hidden} frames are left out here."), kind="hint")
            continue
        yield _frame(frame, is_open=number == len(stack) - 1)


def _frame(frame: FrameSummary, *, is_open: bool) -> Markup:
    generated = frame.filename.startswith(_GENERATED)
    yours = not generated and not frame.filename.startswith(_LIBRARIES)
    line = frame.lineno or 0
    place = "generated" if generated else f"{frame.filename}:{line}"
    head = element("code", text(frame.name))
    note = element("span", text(f" {place}"), kind="place")
    if generated:
        lines = source_of(frame.filename).splitlines()
    else:
        lines = linecache.getlines(frame.filename)
    first = max(1, line - _AROUND)
    shown = list(enumerate(lines[first - 1 : line + _AROUND], first))
    inside = listing(shown, line) if shown else element("p", text("no source"), kind="none")
    return folded(Markup(head + note), inside, is_open=is_open or yours)


def _route(scope: Scope) -> Iterator[Markup]:
    operation = operation_of(scope)
    yield element("h2", text("Route"))
    if operation is None:
        yield element("p", text("No route had been chosen."), kind="none")
        return
    yield table(route_rows(operation))
    source = source_of(f"<responder {operation.label}>")
    if source:
        yield folded(
            text("The function that was generated for it"), listing(enumerate(source.splitlines(), 1), None)
        )


def _request(scope: Scope) -> Iterator[Markup]:
    yield element("h2", text("Request"))
    yield table(request_rows(scope))
    for words, rows in (
        ("Query", query_rows(scope)),
        ("Headers", header_rows(scope)),
        ("Cookies", cookie_rows(scope)),
    ):
        yield element("h2", text(words))
        yield table(rows)
    yield element("p", text(f"Python {sys.version.split()[0]}"), kind="hint")
