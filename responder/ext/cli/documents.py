"""`responder openapi`: the OpenAPI document of an application, to a file or to the standard output."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final, cast

from responder.ext.cli.commands import Command, Usage, declare_target, say, target_of, warn
from responder.ext.cli.load import App, load
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
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of the standard output")
    parser.add_argument(
        "--format", choices=("yaml", "json"), help="what is written (json for a FILE of that kind, else yaml)"
    )
    parser.add_argument(
        "--version", metavar="3.x.y", help="the version of OpenAPI (what the application says)"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if FILE is not up to date"
    )


def _execute(arguments: Namespace) -> int:
    version: str | None = arguments.version
    if version is not None and not _VERSION.fullmatch(version):
        raise Usage(f"--version is 3.0.x, 3.1.x or 3.2.x, not {version}.")
    if arguments.check and arguments.output is None:
        raise Usage("--check needs the file that is compared: --output FILE.")
    file = None if arguments.output is None else Path(arguments.output)
    form: str = arguments.format or ("json" if file is not None and file.suffix == _JSON else "yaml")
    text = write(document(load(target_of(arguments)).application, version), form)
    if file is None:
        say(text.removesuffix("\n"))
    elif arguments.check:
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            say(f"{file} is not up to date.")
            return 1
    else:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise Usage(f"{file} can not be written: {error.strerror}.") from error
        warn(f"{file} written")
    return 0


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
