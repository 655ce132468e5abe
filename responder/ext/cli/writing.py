"""Where a command puts the text that it makes: on the standard output, or in a file that it may just compare.

Called by the commands that write documents and clients.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from responder.ext.cli.commands import Usage, say, warn


def declare_output(parser: ArgumentParser) -> None:
    """Let a command take `--output` and `--check`."""
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of the standard output")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if FILE is not up to date"
    )


def output_of(arguments: Namespace) -> Path | None:
    """The file that was named."""
    if arguments.check and arguments.output is None:
        raise Usage("--check needs the file that is compared: --output FILE.")
    return None if arguments.output is None else Path(arguments.output)


def put(text: str, file: Path | None, *, check: bool) -> int:
    """Write a text, or see whether it was written before; gives the exit status."""
    if file is None:
        say(text.removesuffix("\n"))
    elif check:
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
