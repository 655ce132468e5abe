"""Problems that a handler plainly raises, or statuses that it aborts with, and its route doesn't declare.

They are seen in the handler's own source.  Only routes that declare some of what they raise are looked at,
and only `raise NotFound(...)` and `abort(409)` in the handler itself, where nothing around it would catch it.
Asked by the core's `check`; no request ever does.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType

from responder._contract.answers import is_declared
from responder._contract.findings import found
from responder._http.problems import Problem, abort
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
    statuses = {str(kind.status) for kind in declared} | set(map(str, operation.settings.responses))
    told: set[type[Problem] | int] = set()
    for one in operation.views:
        for what, site in _raised(one.view.function):
            if what in told:
                continue
            if isinstance(what, int):
                known = is_declared(what, statuses)
                finding = found("abort-undeclared", handler=one.view.name, status=what)
            else:
                known = issubclass(what, declared)
                finding = found("raises-undeclared", handler=one.view.name, problem=what.__name__)
            if not known:
                told.add(what)
                yield Located(finding, site, operation.label)


def _raised(handler: Callable[..., object]) -> Iterator[tuple[type[Problem] | int, Site]]:
    """The problems that are raised, and the statuses of aborts."""
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
        site = Site(_file(function.__code__), first + node.lineno - 1)
        if isinstance(node, ast.Raise):
            kind = _meant(node.exc.func if isinstance(node.exc, ast.Call) else node.exc, names)
            if is_problem(kind) and not is_ours(kind.__module__):
                yield kind, site
        elif isinstance(node.value, ast.Call) and _meant(node.value.func, names) is abort:
            status = _status(node.value, names)
            if status is not None:
                yield status, site


def _meant(node: ast.expr | None, names: Mapping[str, object]) -> object:
    """What a name stands for, or one of a module."""
    if isinstance(node, ast.Attribute):
        owner = _meant(node.value, names)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    return names.get(node.id) if isinstance(node, ast.Name) else None


def _status(call: ast.Call, names: Mapping[str, object]) -> int | None:
    """The status that `abort` is given, where it is written out or has a name."""
    named = (keyword.value for keyword in call.keywords if keyword.arg == "status")
    given = call.args[0] if call.args else next(named, None)
    status = given.value if isinstance(given, ast.Constant) else _meant(given, names)
    return status if isinstance(status, int) and not isinstance(status, bool) else None


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


def _own(body: list[ast.stmt]) -> Iterator[ast.Raise | ast.Expr | ast.Return]:
    """Everything that may leave the function: nothing of inner functions, nothing that a `try` may catch."""
    for node in body:
        if isinstance(node, ast.Raise | ast.Expr | ast.Return):
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
