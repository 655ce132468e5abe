"""The command line itself: every command, its arguments, its help, and its exit status.

A new command is a module with a `Command`, and a row in `COMMANDS`.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import Final, NoReturn

from typing_extensions import override

from responder.errors import ConfigurationError
from responder.ext.cli.annotating import ANNOTATE
from responder.ext.cli.building import BUILD
from responder.ext.cli.checking import CHECK
from responder.ext.cli.clienting import CLIENT
from responder.ext.cli.commands import Command, Usage, warn
from responder.ext.cli.documents import OPENAPI
from responder.ext.cli.listing import ROUTES
from responder.ext.cli.running import DEV, RUN
from responder.ext.cli.targets import InvalidTarget
from responder.serving import VERSION

COMMANDS: Final[tuple[Command, ...]] = (RUN, DEV, ROUTES, CHECK, ANNOTATE, OPENAPI, CLIENT, BUILD)

_EPILOG: Final = """\
a target says where the application is:
  shop.app                 the application `api` (or the only one) of a module
  shop.app:store           the one of another name; shop.app:make() calls a function that makes it
  shop/app.py:store        the same for a file
  https://example.com/app.py#store

  Without a target, [tool.responder] app = "shop.app:store" in pyproject.toml names it.

environment:
  PORT                     the port to listen on, and with it the address 0.0.0.0
  RESPONDER_SECRET_KEY     what signs cookies

`responder COMMAND --help` says more about each, with examples."""


class _Parser(ArgumentParser):
    """Tells what is wrong with the arguments in one sentence, with the exit status of the command."""

    trouble: int = 1

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(self.trouble, f"{self.format_usage()}{self.prog}: {message}\n")


def make_parser() -> ArgumentParser:
    """The parser of the whole command line."""
    parser = _Parser(
        prog="responder",
        description="Serve, check and describe an application.",
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("-v", "--version", action="version", version=f"responder {VERSION}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    for command in COMMANDS:
        one = commands.add_parser(
            command.name,
            help=command.summary,
            description=f"{command.summary[0].upper()}{command.summary[1:]}.",
            epilog=command.examples,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        one.trouble = command.trouble
        command.declare(one)
        one.set_defaults(command=command, parser=one)
    return parser


def cli(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and give the exit status; `sys.argv` unless arguments are given."""
    parser = make_parser()
    given, unknown = parser.parse_known_args(arguments)
    command: Command | None = getattr(given, "command", None)
    if unknown:
        told: ArgumentParser = getattr(given, "parser", parser)
        told.error(f"unrecognized arguments: {' '.join(unknown)}")
    if command is None:
        parser.print_usage(sys.stderr)
        warn("responder --help tells more.")
        return 1
    return _execute(command, given)


def _execute(command: Command, given: Namespace) -> int:
    try:
        return command.execute(given)
    except Usage as error:
        warn(f"responder {command.name}: {error}")
        return command.trouble
    except (InvalidTarget, ConfigurationError) as error:
        warn(f"responder {command.name}: {error}")
        return command.trouble
    except BrokenPipeError:
        # Whoever read our output has heard enough; nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
