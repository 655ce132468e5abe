"""`responder check`: everything that is wrong with an application, told at once.

Declarations that raise at their line are gathered instead, so that one mistake doesn't hide the others; then
the application is checked as a whole.  The codes and sentences are those of the mypy plugin, from the same
table.  This file decides what is shown and how; the rules are the core's.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from traceback import extract_tb
from typing import Final

from responder.errors import ConfigurationError
from responder.ext.cli.commands import Command, declare_target, say, target_of
from responder.ext.cli.listing import rows_of, seen_from_here
from responder.ext.cli.load import App, ImportFailure, load_all
from responder.ext.cli.mounted import with_mounted
from responder.ext.cli.targets import Target
from responder.routes import Located, RouteError, gathering


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding as it is shown.  A note is worth a look, and no mistake for sure."""

    code: str
    message: str
    rule: str | None = None
    file: str | None = None
    line: int | None = None
    route: str | None = None
    parameter: str | None = None
    hint: str | None = None
    docs: str | None = None
    mount: str | None = None
    """Where the application is mounted in another one."""
    is_note: bool = False

    @property
    def severity(self) -> str:
        """What kind of finding it is."""
        return "note" if self.is_note else "error"

    @property
    def place(self) -> tuple[str, int, str]:
        """What findings are sorted by."""
        return self.file or "", self.line or 0, self.route or ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All findings, and how much was looked at."""

    faults: tuple[Fault, ...]
    operations: int

    def is_clean(self, *, strict: bool = False) -> bool:
        """Whether nothing is wrong; notes count when it is asked for strictly."""
        return not any(strict or not fault.is_note for fault in self.faults)


def check(target: Target) -> Outcome:
    """Import a target and judge it, every application of its module when it names none, and those that are
    mounted in them.

    Raises `InvalidTarget` when there is nothing to judge.
    """
    faults: list[Fault] = []
    apps: tuple[App, ...] = ()
    with gathering() as gathered:
        try:
            apps = load_all(target)
        except ConfigurationError as error:
            faults += _faults_of_error(error)
        except ImportFailure as failure:
            if not gathered:
                raise
            # What was refused was left out, and may be what the program then looked for in vain.
            refused = _lines_of(map(fault_of, gathered))
            raise ImportFailure("\n".join((f"{failure}\n", "Wrong before that:\n", *refused))) from failure
    faults = [*map(fault_of, gathered), *faults]
    notes = not faults
    everything = tuple(with_mounted(apps))
    for mount, app in everything:
        faults += (replace(fault, mount=mount) for fault in _faults_of_app(app, notes=notes))
    count = 0
    if not any(fault.severity == "error" for fault in faults):
        count = sum(1 for _, app in everything for _ in rows_of(app))
    return Outcome(tuple(sorted(dict.fromkeys(faults), key=lambda fault: fault.place)), count)


def _faults_of_app(app: App, *, notes: bool) -> list[Fault]:
    """What the whole shows.  Notes are left out where declarations are missing because they are wrong."""
    try:
        return [fault_of(located) for located in app.check(notes=notes)]
    except ConfigurationError as error:
        return _faults_of_error(error)


def fault_of(located: Located) -> Fault:
    """A finding as it is shown."""
    finding, site = located.finding, located.site
    return Fault(
        code=finding.code,
        message=finding.message,
        rule=finding.rule.name,
        file=None if site is None else seen_from_here(site.file),
        line=None if site is None else site.line,
        route=located.route,
        parameter=finding.parameter,
        hint=finding.hint,
        docs=finding.anchor,
        is_note=finding.is_note,
    )


def _faults_of_error(error: ConfigurationError) -> list[Fault]:
    """What an error says that was raised after all; it is at the user's line that led to it."""
    if isinstance(error, RouteError) and error.findings:
        return [fault_of(located) for located in error.findings]
    frames = [frame for frame in extract_tb(error.__traceback__) if not _is_ours(frame.filename)]
    file = seen_from_here(frames[-1].filename) if frames else None
    line = frames[-1].lineno if frames else None
    return [Fault(error.code, error.message, file=file, line=line, route=error.route)]


_OURS: Final = __file__.partition("ext")[0]


def _is_ours(file: str) -> bool:
    return file.startswith((_OURS, "<frozen"))


# -- how it is shown


def as_text(outcome: Outcome) -> str:
    """For people: one finding a line, in the form that editors jump to."""
    lines = _lines_of(outcome.faults)
    errors = sum(not fault.is_note for fault in outcome.faults)
    notes = len(outcome.faults) - errors
    if outcome.faults:
        lines.append(f"{_count(errors, 'error')}, {_count(notes, 'note')}.")
    else:
        lines.append(f"Nothing found in {_count(outcome.operations, 'operation')}.")
    return "\n".join(lines)


def _lines_of(faults: Iterable[Fault]) -> list[str]:
    lines: list[str] = []
    for fault in faults:
        place = ":".join(str(one) for one in (fault.file, fault.line) if one is not None)
        place += ": " if place else ""
        lines.append(f"{place}{fault.severity}: {fault.message}  [{fault.code}]")
        mount = None if fault.mount is None else f"mounted at {fault.mount}"
        about = [text for text in (fault.route, mount, fault.docs) if text]
        if about:
            lines.append(f"    {'  '.join(about)}")
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def as_json(outcome: Outcome) -> str:
    """For programs."""
    findings = [
        {
            "code": fault.code,
            "rule": fault.rule,
            "severity": fault.severity,
            "message": fault.message,
            "file": fault.file,
            "line": fault.line,
            "route": fault.route,
            "mount": fault.mount,
            "parameter": fault.parameter,
            "hint": fault.hint,
            "docs": fault.docs,
        }
        for fault in outcome.faults
    ]
    return json.dumps({"findings": findings, "operations": outcome.operations}, indent=2)


def as_github(outcome: Outcome) -> str:
    """For GitHub's workflows, which show it beside the line."""
    lines: list[str] = []
    for fault in outcome.faults:
        command = "notice" if fault.is_note else "error"
        where = {} if fault.file is None else {"file": fault.file, "line": str(fault.line)}
        properties = {**where, "title": fault.code}
        told = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
        message = fault.message if fault.mount is None else f"{fault.message} (mounted at {fault.mount})"
        lines.append(f"::{command} {told}::{_escaped(message, '')}")
    return "\n".join(lines)


def _escaped(text: str, more: str) -> str:
    for letter in "%\r\n" + more:
        text = text.replace(letter, f"%{ord(letter):02X}")
    return text


_FORMS: Final[Mapping[str, Callable[[Outcome], str]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def forms() -> Iterable[str]:
    """The names of the forms that findings can be shown in."""
    return _FORMS


def _declare(parser: ArgumentParser) -> None:
    declare_target(parser)
    parser.add_argument("--format", choices=tuple(_FORMS), default="text", help="how it is shown (text)")
    parser.add_argument("--strict", action="store_true", help="notes are findings too")


def _execute(arguments: Namespace) -> int:
    outcome = check(target_of(arguments))
    shown = _FORMS[arguments.format](outcome)
    if shown:
        say(shown)
    return 0 if outcome.is_clean(strict=arguments.strict) else 1


CHECK = Command(
    "check",
    "tell everything that is wrong with an application",
    """\
examples:
  responder check shop.app
  responder check shop.app --format github      for a workflow: shown beside the lines

exit status: 0 nothing found, 1 findings, 2 the command or its target is wrong""",
    _declare,
    _execute,
    trouble=2,
)
