"""What the run time says about a case: each statement is run, then every application in it is checked."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass

from responder import API
from responder.routes import RouteError
from typing_tests.agreement.expected import Case


@dataclass(frozen=True)
class Told:
    """One finding: the line it was told for, its code and its sentence."""

    line: int
    code: str
    sentence: str


def run(case: Case) -> list[Told]:
    """Everything that the run time tells about a case, in the order of lines."""
    module = types.ModuleType(f"agreement_{case.path.stem}")
    module.__file__ = str(case.path)
    sys.modules[module.__name__] = module
    try:
        told = [one for statement in case.statements for one in _execute(module, case, statement.node)]
        told += _check(module, case)
    finally:
        del sys.modules[module.__name__]
    return sorted(told, key=lambda one: one.line)


def _execute(module: types.ModuleType, case: Case, node: ast.stmt) -> Iterator[Told]:
    future = ast.ImportFrom("__future__", [ast.alias("annotations", lineno=1, col_offset=0)], 0)
    tree = ast.Module([ast.fix_missing_locations(future), node], [])
    try:
        exec(compile(tree, str(case.path), "exec", dont_inherit=True), vars(module))
    except RouteError as error:
        for located in error.findings:
            line = node.lineno if located.site is None else located.site.line
            yield Told(line, located.finding.code, located.finding.message)


def _check(module: types.ModuleType, case: Case) -> Iterator[Told]:
    """What is known only when all is declared; a finding without a place belongs to its application."""
    for statement in case.statements:
        if not isinstance(statement.node, ast.Assign):
            continue
        for target in statement.node.targets:
            app = getattr(module, target.id, None) if isinstance(target, ast.Name) else None
            if isinstance(app, API):
                for located in app.check():
                    line = statement.first if located.site is None else located.site.line
                    yield Told(line, located.finding.code, located.finding.message)
