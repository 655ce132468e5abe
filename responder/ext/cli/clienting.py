"""`responder client`: a typed client of an application, to a file or to the standard output."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from responder.ext.cli.commands import Command, Usage, declare_target, target_of
from responder.ext.cli.documents import document
from responder.ext.cli.load import load
from responder.ext.cli.writing import declare_output, output_of, put
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
    declare_output(parser)
    parser.add_argument("--class-name", default="APIClient", metavar="NAME", help="its class (APIClient)")
    parser.add_argument(
        "--lang",
        "--language",
        dest="language",
        choices=LANGUAGES,
        default="python",
        help="what it is written in (python); other languages have generators that read the document",
    )


def _execute(arguments: Namespace) -> int:
    file = output_of(arguments)
    text = generate_client(_source(arguments), class_name=arguments.class_name, language=arguments.language)
    return put(text, file, check=arguments.check)


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
    trouble=2,
)
