"""What a handler answers, in its body, against what its route promises for that status.

The promise is `response_model=`, or the return annotation, and `responses=` by status.  A body is wrong when
it is wrong in every state in which the handler may end with it: a status without a promise, or one that is
not known, makes it right.  Hooks that rewrite bodies are not seen; a route with `after=`, or on something
that this module gives an `after_request`, is left alone.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.checker import TypeChecker
from mypy.nodes import DictExpr, Expression, FuncDef
from mypy.types import NoneType, ProperType

from responder._contract.answers import fits
from responder._contract.findings import Finding, found
from responder._contract.shapes import Other
from responder_mypy import compat
from responder_mypy.constants import text_of
from responder_mypy.evident import evident
from responder_mypy.fields import fields_of
from responder_mypy.flow import ANY, DEFAULT, Body, answers_of
from responder_mypy.promises import Promises, reads_itself
from responder_mypy.shapes import shape_of
from responder_mypy.telling import Site


def check_body(
    site: Site,
    promises: Promises,
    function: FuncDef,
    response: str | None,
    rewritten: Callable[[], bool],
    name: str,
) -> None:
    """Tell which bodies of a handler can't be what was promised, unless hooks may make it right."""
    if function.is_generator or function.is_async_generator or not promises:
        return
    ends = answers_of(function, response)
    if ends is None:
        return
    statuses: dict[Body, set[int]] = {}
    for end in ends:
        for body in end.bodies:
            if body is not None:
                statuses.setdefault(body, set()).update(end.statuses)
    for body, under in statuses.items():
        findings = [_finding(site.chk, promises, body, status, name) for status in sorted(under)]
        wrong = [finding for finding in findings if finding is not None]
        if wrong and len(wrong) == len(findings) and not rewritten():
            compat.tell(site.chk, wrong[0], body.value, origin=site.whole)


def _finding(chk: TypeChecker, promises: Promises, body: Body, status: int, handler: str) -> Finding | None:
    """What is wrong with a body under one status."""
    if status == ANY:
        return None
    code = promises.status if status == DEFAULT else status
    if code is None:
        return None
    promised = promises.under(code, returned=body.how == "return")
    if promised is None:
        return None
    given = evident(chk, body.value)
    if given is None or reads_itself(chk, given) or isinstance(given, NoneType):
        return None
    have, want = shape_of(given), shape_of(promised)
    if body.how in ("text", "html", "content") or not fits(have, want):
        if isinstance(have, Other) and body.how != "media" and not isinstance(body.value, DictExpr):
            return None  # a response of its own, perhaps
        shown, model = compat.shown(chk, given), compat.shown(chk, promised)
        if isinstance(body.value, DictExpr):
            shown = "dict"
        return found("response-body", handler=handler, status=code, type=shown, model=model)
    missing = _missing(body.value, promised)
    if missing is None:
        return None
    model = compat.shown(chk, promised)
    return found("response-body-field", handler=handler, status=code, field=missing, model=model)


def _missing(value: Expression, promised: ProperType) -> str | None:
    """The first field that a mapping, as it is written out, does not have.

    With a key that is no field's name nothing is certain: it may be an alias of one.
    """
    fields = fields_of(promised) if isinstance(value, DictExpr) else None
    if fields is None or not isinstance(value, DictExpr):
        return None
    given = [text_of(key) for key, _ in value.items]
    if any(key not in fields for key in given):
        return None
    return next((name for name, required in fields.items() if required and name not in given), None)
