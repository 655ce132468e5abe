"""Problems that a handler plainly raises and its route doesn't declare: seen in the handler's own source.

Only routes that declare some of what they raise are looked at, and only `raise NotFound(...)` in the handler
itself, where nothing around it would catch it.  Asked by the core's `check`; no request ever does.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType

from responder._contract.findings import found
from responder._http.problems import Problem
from responder._http.raises import is_problem, problems_in
from responder._routing.errors import Located, Site, is_ours
from responder._routing.plan import Operation, Plan


def undeclared_raises(plan: Plan) -> Iterator[Located]:
    """Find the problems that handlers raise and their routes don't declare."""
    for route in plan.routes:
        for operation in dict.fromkeys(route.operations.values()):
            if operation.settings.raises or any(problems_in(one.view.returns) for one in operation.views):
                yield from _undeclared(operation)


def _undeclared(operation: Operation) -> Iterator[Located]:
    declared = operation.raises
    told: set[type[Problem]] = set()
    for one in operation.views:
        for kind, site in _raised(one.view.function):
            if not issubclass(kind, declared) and kind not in told:
                told.add(kind)
                finding = found("raises-undeclared", handler=one.view.name, problem=kind.__name__)
                yield Located(finding, site, operation.label)


def _raised(handler: Callable[..., object]) -> Iterator[tuple[type[Problem], Site]]:
    function = inspect.unwrap(handler)
    if not isinstance(function, FunctionType):
        return
    try:
        lines, first = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return  # no source, or one that is part of an expression
    if not tree.body or not isinstance(tree.body[0], ast.FunctionDef | ast.AsyncFunctionDef):
        return
    names = _names(function)
    for node in _own(tree.body[0].body):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        kind = names.get(raised.id) if isinstance(raised, ast.Name) else None
        if is_problem(kind) and not is_ours(kind.__module__):
            yield kind, Site(_file(function.__code__), first + node.lineno - 1)


def _file(code: CodeType) -> str:
    return code.co_filename


def _names(function: FunctionType) -> dict[str, object]:
    """What the names in a function mean, those that it binds itself left out."""
    names: dict[str, object] = dict(function.__globals__)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            names[name] = cell.cell_contents
        except ValueError:  # not bound yet
            names.pop(name, None)
    return {name: value for name, value in names.items() if name not in function.__code__.co_varnames}


def _own(body: list[ast.stmt]) -> Iterator[ast.Raise]:
    """Every `raise` that leaves the function: none in inner functions, none that a `try` may catch."""
    for node in body:
        if isinstance(node, ast.Raise):
            yield node
        elif isinstance(node, ast.Try):
            yield from _own([*([] if node.handlers else node.body), *node.orelse, *node.finalbody])
            for handler in node.handlers:
                yield from _own(handler.body)
        elif isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While):
            yield from _own([*node.body, *node.orelse])
        elif isinstance(node, ast.Match):
            for case in node.cases:
                yield from _own(case.body)
