"""`responder client`: a typed client of an application, to a file or to the standard output."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from responder.ext.cli.commands import Command, Usage, declare_target, say, target_of, warn
from responder.ext.cli.documents import document
from responder.ext.cli.load import load
from responder.ext.clients import LANGUAGES, Source, generate_client

_DOCUMENTS: Final = (".json", ".yml", ".yaml")


def _source(arguments: Namespace) -> Source:
    """What the client is made from: an application, or a file that holds a document."""
    given: str | None = arguments.target
    if given is not None and given.endswith(_DOCUMENTS):
        try:
            return Path(given).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Usage(f"{given} can not be read: {error}.") from error
    return document(load(target_of(arguments)).application, None)


def _declare(parser: ArgumentParser) -> None:
    declare_target(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of the standard output")
    parser.add_argument("--class-name", default="APIClient", metavar="NAME", help="its class (APIClient)")
    parser.add_argument(
        "--lang",
        "--language",
        dest="language",
        choices=LANGUAGES,
        default="python",
        help="what it is written in (python); other languages have generators that read the document",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if FILE is not up to date"
    )


def _execute(arguments: Namespace) -> int:
    if arguments.check and arguments.output is None:
        raise Usage("--check needs the file that is compared: --output FILE.")
    text = generate_client(_source(arguments), class_name=arguments.class_name, language=arguments.language)
    if arguments.output is None:
        say(text.removesuffix("\n"))
        return 0
    file = Path(arguments.output)
    if arguments.check:
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            say(f"{file} is not up to date.")
            return 1
        return 0
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Usage(f"{file} can not be written: {error.strerror}.") from error
    warn(f"{file} written")
    return 0


CLIENT = Command(
    "client",
    "write a typed client",
    """\
examples:
  responder client shop.app
  responder client shop.app -o shop_client.py --class-name Shop
  responder client shop.app -o shop_client.py --check     exit status 1 if it is not up to date
  responder client openapi.yml -o shop_client.py          from a document of whatever origin""",
    _declare,
    _execute,
)
