"""`assert_problem`: an answer is a problem document, of a status or of a class of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar, cast, overload

from pydantic import TypeAdapter, ValidationError

from responder.errors import Problem

__all__ = ["Answered", "assert_problem", "problem_of"]

ProblemT = TypeVar("ProblemT", bound=Problem)


class Answered(Protocol):
    """What `assert_problem` looks at: a response of any test client."""

    @property
    def status_code(self) -> int:
        """The status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        ...

    @property
    def content(self) -> bytes:
        """The body."""
        ...


@overload
def assert_problem(
    response: Answered, status: int | None = None, /, **members: object
) -> dict[str, object]: ...
@overload
def assert_problem(response: Answered, kind: type[ProblemT], /, **members: object) -> ProblemT: ...
def assert_problem(
    response: Answered, wanted: int | type[Problem] | None = None, /, **members: object
) -> dict[str, object] | Problem:
    """Assert that an answer is a problem document with these members, and give the document.

    With a class of problems it is one of those, and what it gives has the members that the class declares,
    with their types.
    """
    kind = response.headers.get("content-type", "")
    assert kind == "application/problem+json", f"not a problem document: {response.status_code} {kind!r}"
    read: object = json.loads(response.content)
    assert isinstance(read, dict), f"a problem document is an object, not {read!r}"
    document = cast("dict[str, object]", read)
    status = wanted.status if isinstance(wanted, type) else wanted
    assert document.get("status") == response.status_code, f"status {response.status_code} but {document!r}"
    if status is not None:
        assert response.status_code == status, f"expected {status}, got {response.status_code}: {document!r}"
    for name, value in members.items():
        assert name in document, f"no member {name!r} in {document!r}"
        assert document[name] == value, f"{name} is {document[name]!r}, not {value!r}"
    if not isinstance(wanted, type):
        return document
    found = document.get("type", "about:blank")
    assert found == wanted.type, (
        f"expected {wanted.__name__} of type {wanted.type!r}, got {found!r}: {document!r}"
    )
    return problem_of(wanted, document)


def problem_of(kind: type[ProblemT], document: Mapping[str, object]) -> ProblemT:
    """The problem of this class that a document tells of."""
    given: dict[str, object] = {}
    for name, annotation in kind.members().items():
        if name not in document and hasattr(kind, name):
            continue
        assert name in document, f"{kind.__name__} has a member {name!r}, the answer has not: {document!r}"
        adapter: TypeAdapter[object] = TypeAdapter(cast("type[object]", annotation))
        try:
            given[name] = adapter.validate_python(document[name])
        except ValidationError as wrong:
            raise AssertionError(f"{name} of {kind.__name__} is {document[name]!r}: {wrong}") from wrong
    instance, errors = document.get("instance"), document.get("errors")
    make = cast("Callable[..., ProblemT]", kind)
    return make(
        detail=str(document.get("detail", "")),
        instance=None if instance is None else str(instance),
        errors=None if errors is None else cast("Sequence[object]", errors),
        **given,
    )
