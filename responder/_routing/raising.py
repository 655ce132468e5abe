"""Problems that handlers and providers plainly raise, or statuses that they abort with, and nobody declares.

They are seen in the function's own source.  Looked at are the handlers of routes that declare some of what
they raise, their providers, and providers that declare some themselves; and in these only
`raise NotFound(...)` and `abort(409)` where nothing around it would catch it.  Asked by the core's `check`;
no request ever does.
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
from responder._http.raises import Problems, is_problem, problems_in
from responder._routing.errors import Located, Site, is_ours
from responder._routing.plan import Operation, Plan, refs_of
from responder._routing.providers import NO_OVERRIDES, Linker, Supplier

_HANDLER = ("raises-undeclared", "abort-undeclared")
_PROVIDER = ("provider-raises", "provider-aborts")


def undeclared_raises(plan: Plan) -> Iterator[Located]:
    """Find the problems that are raised on the way to an answer, and that nothing on this way declares."""
    told: set[Located] = set()
    for route in plan.routes:
        for operation in dict.fromkeys(route.operations.values()):
            for located in _undeclared(operation):
                # A provider is many routes' own, and told once.
                known = Located(located.finding, located.site)
                if located.finding.rule.name in _HANDLER or known not in told:
                    told.add(known)
                    yield located


def _undeclared(operation: Operation) -> Iterator[Located]:
    declares = bool(operation.settings.raises)
    declares = declares or any(problems_in(one.view.returns) for one in operation.views)
    asked = _asked(operation, every=declares)
    if not declares and not asked:
        return
    declared = operation.raises
    statuses = {str(kind.status) for kind in declared} | set(map(str, operation.settings.responses))
    for one in operation.views if declares else ():
        yield from _told(operation, one.view.function, one.view.name, _HANDLER, declared, statuses)
    for provider in asked:
        function = inspect.unwrap(provider.function)
        name = getattr(function, "__name__", provider.name)
        yield from _told(operation, function, name, _PROVIDER, declared, statuses)


def _asked(operation: Operation, *, every: bool) -> list[Supplier]:
    """The providers that a request opens, those that let it in left out; unless `every` is asked for, only
    those of which some problems are declared.
    """
    refs = refs_of(operation)[len(operation.auth) :]
    linker = Linker(operation.suppliers)
    for ref in refs:
        linker.place(ref)
    opened = [step.supplier for step in linker.steps if step.supplier.scope == "request"]
    if every or not opened:
        return opened
    nested = (argument.ref for one in opened for argument in one.arguments)
    declaring = [ref for ref in (*refs, *nested) if ref is not None and ref.raises]
    said = [operation.suppliers.target(ref, NO_OVERRIDES) for ref in declaring]
    return [one for one in opened if one.raises or one in said]


def _told(
    operation: Operation,
    function: Callable[..., object],
    name: str,
    rules: tuple[str, str],
    declared: Problems,
    statuses: set[str],
) -> Iterator[Located]:
    """What one function raises beside what is declared, each problem once."""
    told: set[type[Problem] | int] = set()
    for what, site in _raised(function):
        if what in told:
            continue
        if isinstance(what, int):
            known = is_declared(what, statuses)
            finding = found(rules[1], handler=name, status=what)
        else:
            known = issubclass(what, declared)
            finding = found(rules[0], handler=name, problem=what.__name__)
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
