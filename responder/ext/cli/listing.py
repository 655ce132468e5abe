"""`responder routes`: every route of an application, as a table, as JSON, or with its generated function.

Behind them come those of applications that are mounted in it, by their whole paths.
"""

from __future__ import annotations

import json
import textwrap
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from responder.ext.cli.commands import Command, declare_target, say, target_of
from responder.ext.cli.load import App, load
from responder.ext.cli.mounted import with_mounted
from responder.routes import Operation, Route


@dataclass(frozen=True, slots=True)
class Row:
    """One operation, as it is listed."""

    methods: str
    path: str
    name: str
    place: str
    route: Route
    operation: Operation
    app: App
    mount: str | None = None
    """Where its application is mounted in the one that is asked."""

    @property
    def text(self) -> str:
        """What a filter looks for its text in."""
        return f"{self.methods} {self.path} {self.name}"


def is_own_page(route: Route) -> bool:
    """Whether a route is one of ours: the document, its pages, metrics and the like."""
    handler = route.handler
    module: object = getattr(handler, "__module__", None) or type(handler).__module__
    return isinstance(module, str) and module.partition(".")[0] == "responder"


def rows_of(app: App, *, own_pages: bool = False, mount: str | None = None) -> Iterator[Row]:
    """Every operation of an application, in the order of declaration."""
    before = "" if mount is None else mount.rstrip("/")
    for route in app.operations:
        if is_own_page(route) and not own_pages:
            continue
        for operation in dict.fromkeys(route.operations.values()):
            yield Row(
                _methods(operation),
                before + route.path,
                operation.name,
                place_of(operation),
                route,
                operation,
                app,
                mount,
            )


def _methods(operation: Operation) -> str:
    if operation.kind == "websocket":
        return "WEBSOCKET"
    return "ANY" if operation.methods is None else ",".join(sorted(operation.methods))


def place_of(operation: Operation) -> str:
    """Where an operation is declared, seen from the current folder."""
    return f"{seen_from_here(operation.site.file)}:{operation.site.line}"


def seen_from_here(file: str) -> str:
    """A path below the current folder without that folder, and any other as it is."""
    try:
        return str(Path(file).resolve().relative_to(Path.cwd()))
    except ValueError:
        return file


def table(rows: Iterable[Row]) -> str:
    """The rows under each other."""
    cells = [("METHOD", "PATH", "HANDLER", "DECLARED"), *((r.methods, r.path, r.name, r.place) for r in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(3)]
    return "\n".join(
        "  ".join((*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3]))
        for line in cells
    )


def as_data(row: Row) -> dict[str, object]:
    """A row for programs."""
    operation = row.operation
    methods = None if operation.methods is None else sorted(operation.methods)
    return {
        "kind": operation.kind,
        "methods": methods,
        "path": row.path,
        "mount": row.mount,
        "name": row.route.name,
        "handler": row.name,
        "file": operation.site.file,
        "line": operation.site.line,
        "inputs": [
            {"name": one.name, "in": one.source.value, "key": one.key, "required": one.required}
            for one in operation.inputs
        ],
        "dependencies": [one.name for one in operation.providers],
        "tags": list(operation.settings.tags),
        "documented": operation.settings.include_in_schema,
    }


def _declare(parser: ArgumentParser) -> None:
    declare_target(parser)
    parser.add_argument("--match", metavar="TEXT", help="only those with TEXT in method, path or handler")
    parser.add_argument("--all", action="store_true", help="our own pages too: the document, metrics, ...")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON, with inputs and dependencies")
    form.add_argument("--source", action="store_true", help="with the function that was generated for each")


def _execute(arguments: Namespace) -> int:
    apps = with_mounted((load(target_of(arguments)).application,))
    wanted: str = (arguments.match or "").lower()
    listed = (row for mount, app in apps for row in rows_of(app, own_pages=arguments.all, mount=mount))
    rows = [row for row in listed if wanted in row.text.lower()]
    if arguments.json:
        say(json.dumps([as_data(row) for row in rows], indent=2))
    elif arguments.source:
        for row in rows:
            say(f"# {row.methods} {row.path}  {row.name}  {row.place}")
            say(textwrap.dedent(row.app.source_of(row.operation)))
    else:
        say(table(rows) if rows else "No routes.")
    return 0


ROUTES = Command(
    "routes",
    "list the routes, in the order in which they are asked",
    """\
examples:
  responder routes shop.app
  responder routes shop.app --match /items
  responder routes shop.app --match "GET /items" --source     the code that serves it
  responder routes shop.app --json""",
    _declare,
    _execute,
)
