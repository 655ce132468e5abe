"""What a command of the command line is, and how it speaks.

Each command is one module with one `Command`; `arguments` lists them.  This file knows none of them.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from responder.ext.cli.targets import InvalidTarget, Target, configured_target, read_target, usual_target


class Usage(Exception):
    """The command was called in a way that makes no sense; the text says why."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what `--help` says of it, its arguments, and what it does.

    `execute` gives the exit status.  `trouble` is the status when the command was called wrongly, or its
    target leads nowhere; commands whose status 1 is an answer have another one for that.
    """

    name: str
    summary: str
    examples: str
    declare: Callable[[ArgumentParser], None]
    execute: Callable[[Namespace], int]
    trouble: int = 1


TARGET_HELP = (
    "where the application is: package.module, package.module:name, file.py, file.py:name, or "
    "https://...#name; without one, [tool.responder] app in pyproject.toml"
)


def declare_target(parser: ArgumentParser) -> None:
    """Let a command take a target, which may be left out."""
    parser.add_argument("target", nargs="?", metavar="TARGET", help=TARGET_HELP)


def target_of(arguments: Namespace) -> Target:
    """The target that was given, or the configured one."""
    given: str | None = arguments.target
    if given is not None:
        return read_target(given)
    configured = configured_target(Path.cwd())
    if configured is not None:
        return configured
    usual = usual_target(Path.cwd())
    hint = f"; did you mean {usual}?" if usual else "."
    raise InvalidTarget(
        'No target: name one, or write [tool.responder] app = "package.module:name" in pyproject.toml' + hint
    )


def say(text: str = "") -> None:
    """Write one line, or several, to the standard output."""
    sys.stdout.write(text + "\n")


def warn(text: str) -> None:
    """Write to the standard error stream."""
    sys.stderr.write(text + "\n")


def positive(text: str) -> int:
    """A number above 0, for arguments."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def port(text: str) -> int:
    """A port to listen on, for arguments; 0 lets the system choose."""
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError
    return number


def seconds(text: str) -> float:
    """A time above 0, for arguments."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


seconds.__name__ = "number of seconds"
positive.__name__ = "number above 0"
port.__name__ = "port"
