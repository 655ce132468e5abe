"""The few pieces of HTML that the debug page is made of.  Whatever goes in as text comes out escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Final, NewType, TypeAlias

Markup = NewType("Markup", str)
"""HTML as it is to be sent."""
Piece: TypeAlias = "Markup | str | tuple[str, str]"

MOST: Final = 4000
"""Characters of one text that are shown."""


def text(value: object) -> Markup:
    """Anything as text."""
    try:
        shown = str(value)
    except Exception:
        shown = f"<{type(value).__name__} that cannot be shown>"
    if len(shown) > MOST:
        shown = f"{shown[:MOST]}… ({len(shown)} characters)"
    return Markup(html.escape(shown))


def element(name: str, *inside: Markup, kind: str = "") -> Markup:
    """An element with other elements inside."""
    attributes = f' class="{html.escape(kind)}"' if kind else ""
    return Markup(f"<{name}{attributes}>{''.join(inside)}</{name}>")


def folded(head: Markup, *inside: Markup, is_open: bool = False) -> Markup:
    """Something that opens when one clicks on its head."""
    return Markup(
        f"<details{' open' if is_open else ''}><summary>{head}</summary>{''.join(inside)}</details>"
    )


def table(rows: Iterable[tuple[object, object]]) -> Markup:
    """Two columns: names and what they are."""
    lines = [element("tr", element("th", text(name)), element("td", text(value))) for name, value in rows]
    return element("table", *lines) if lines else element("p", text("none"), kind="none")


def listing(lines: Iterable[tuple[int, str]], marked: int | None) -> Markup:
    """Lines of code with their numbers, one of them marked."""
    rows = [
        element("span", text(f"{number:>5}  {line.rstrip()}\n"), kind="hit" if number == marked else "")
        for number, line in lines
    ]
    return element("pre", *rows, kind="code")
