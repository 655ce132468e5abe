"""For `responder annotate`: annotations and imports, written into the text without touching anything else.

Positions come from the tree and from the tokens; the text between them is kept to the letter.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from responder.ext.cli.annotate_modules import Function, Module
from responder.ext.cli.annotate_types import Imports

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
"""A line as Python counts them."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A piece of the text that another one takes the place of."""

    start: int
    end: int
    text: str


class Text:
    """A file's text, by line and column."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._lines = _LINE.findall(module.text)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        self._tokens = list(tokenize.generate_tokens(io.StringIO(module.text).readline))

    def place(self, line: int, column: int) -> int:
        """Where a position of the tree is; its columns count bytes."""
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def parameter(self, arg: ast.arg, default: ast.expr | None, typ: str) -> list[Edit]:
        """Write the type of a parameter; with a type, the sign of its default stands between spaces."""
        start = self.place(arg.lineno, arg.col_offset) + len(arg.arg)
        edits = [Edit(start, start, f": {typ}")]
        if default is not None:
            value = self.place(default.lineno, default.col_offset)
            if self.module.text[start:value] == "=":
                edits = [Edit(start, value, f": {typ} = ")]
        return edits

    def returns(self, function: Function, typ: str) -> list[Edit]:
        """Write the type of a result, behind the bracket that closes the parameters."""
        start = function.lineno
        depth = 0
        for token in self._tokens:
            if token.start < (start, function.col_offset) or token.type != tokenize.OP:
                continue
            depth += (token.string in "([{") - (token.string in ")]}")
            if token.string == ")" and depth == 0:
                line, column = token.end
                place = self._starts[line - 1] + column
                return [Edit(place, place, f" -> {typ}")]
        return []

    def imports(self, wanted: Imports, line: int) -> list[Edit]:
        """Import what is wanted: behind the last import of the top level before a line, or in one of them."""
        if not wanted:
            return []
        above = [node for node in self.module.tree.body if _first_line(node) < line]
        owners = sorted({owner for owner, _ in wanted.names})
        lines: list[str] = [f"import {name}" for name in sorted(wanted.modules)]
        edits: list[Edit] = []
        for owner in owners:
            names = sorted(name for place, name in wanted.names if place == owner)
            grown = self._grown(owner, names, above)
            if grown is None:
                lines.append(f"from {owner} import {', '.join(names)}")
            else:
                edits.append(grown)
        if lines:
            place, before, after = self._gap(above)
            newline = "\r\n" if "\r\n" in self.module.text else "\n"
            edits.append(Edit(place, place, before + "".join(line + newline for line in lines) + after))
        return edits

    def _grown(self, owner: str, names: Iterable[str], above: Iterable[ast.stmt]) -> Edit | None:
        """An import of this module that stands on one line takes more names."""
        for node in above:
            if not isinstance(node, ast.ImportFrom) or node.level or node.module != owner:
                continue
            start = self.place(node.lineno, node.col_offset)
            end = self.place(node.end_lineno or node.lineno, node.end_col_offset or 0)
            text = self.module.text[start:end]
            if "(" in text or "\\" in text or any(alias.asname or alias.name == "*" for alias in node.names):
                continue
            every = sorted({*(alias.name for alias in node.names), *names}, key=_import_order)
            made = f"from {owner} import {', '.join(every)}"
            if len(made) <= 88:
                return Edit(start, end, made)
        return None

    def _gap(self, above: Sequence[ast.stmt]) -> tuple[int, str, str]:
        """Where imports are added, and the empty lines around them where there were none."""
        newline = "\r\n" if "\r\n" in self.module.text else "\n"
        imports = [node for node in above if isinstance(node, ast.Import | ast.ImportFrom)]
        first = self.module.tree.body[0]
        last: ast.stmt = imports[-1] if imports else first
        if not imports and not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
            return self._starts[_first_line(first) - 1], "", newline
        line = last.end_lineno or last.lineno
        future = isinstance(last, ast.ImportFrom) and last.module == "__future__"
        before = newline if future or isinstance(last, ast.Expr) else ""
        if not self.module.text[: self._starts[line]].endswith(("\n", "\r")):
            before = newline + before
        return self._starts[line], before, ""


def statement_line(module: Module, line: int) -> int:
    """The first line of the statement of the top level that a line belongs to."""
    starts = [_first_line(node) for node in module.tree.body]
    return max((start for start in starts if start <= line), default=line)


def top_line(function: Function) -> int:
    """The line that a function begins in, decorators included."""
    return _first_line(function)


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _import_order(name: str) -> tuple[int, str]:
    """Constants, classes, functions: the order that sorters of imports keep."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all the edits made."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
