"""`responder openapi`: the OpenAPI document of an application, to a file or to the standard output."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, Namespace
from typing import Final, cast

from responder.ext.cli.commands import Command, Usage, declare_target, target_of
from responder.ext.cli.load import App, load
from responder.ext.cli.writing import declare_output, output_of, put
from responder.ext.openapi import OpenAPI
from responder.ext.openapi.writing import to_yaml

_VERSION: Final = re.compile(r"3\.[012]\.[0-9]+")
_JSON: Final = ".json"


def document(app: App, version: str | None) -> dict[str, object]:
    """The document of an application, whether it serves one or not."""
    own: object = getattr(app, "openapi", None)
    openapi = own if isinstance(own, OpenAPI) else OpenAPI(app)
    made = openapi.document if version is None else openapi.in_version(version)
    return cast("dict[str, object]", made)


def write(made: dict[str, object], form: str) -> str:
    """A document as text that reads well in a file."""
    if form == "json":
        return json.dumps(made, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return to_yaml(made)


def _declare(parser: ArgumentParser) -> None:
    declare_target(parser)
    declare_output(parser)
    parser.add_argument(
        "--format", choices=("yaml", "json"), help="what is written (json for a FILE of that kind, else yaml)"
    )
    parser.add_argument(
        "--version", metavar="3.x.y", help="the version of OpenAPI (what the application says)"
    )


def _execute(arguments: Namespace) -> int:
    version: str | None = arguments.version
    if version is not None and not _VERSION.fullmatch(version):
        raise Usage(f"--version is 3.0.x, 3.1.x or 3.2.x, not {version}.")
    file = output_of(arguments)
    form: str = arguments.format or ("json" if file is not None and file.suffix == _JSON else "yaml")
    text = write(document(load(target_of(arguments)).application, version), form)
    return put(text, file, check=arguments.check)


OPENAPI = Command(
    "openapi",
    "write the OpenAPI document",
    """\
examples:
  responder openapi shop.app
  responder openapi shop.app -o openapi.json
  responder openapi shop.app -o openapi.yml --version 3.0.3
  responder openapi shop.app -o openapi.yml --check       exit status 1 if it is not up to date""",
    _declare,
    _execute,
    trouble=2,
)
