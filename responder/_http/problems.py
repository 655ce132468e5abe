"""Problem documents (RFC 9457): `Problem`, `abort`, and the faults of a request in one shape.

A `Problem` is an exception that knows its answer; it may be raised anywhere a handler, hook, provider or guard
runs.  How the document is rendered and sent belongs to others: this file knows no request and no response.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, NoReturn, get_type_hints

from starlette.exceptions import HTTPException
from typing_extensions import override

from responder._http.faults import ErrorItem, bounded
from responder.status_codes import phrase

BLANK: Final = "about:blank"

RESERVED: Final = frozenset(("type", "title", "status", "detail", "instance", "errors", "request_id"))
"""Members that belong to the document itself."""


class ConfigurationError(ValueError, TypeError):
    """The application was put together wrongly; told where it is written, not when a request comes.

    It is a `ValueError` and a `TypeError` both, so that code which catches either keeps working.
    """

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "responder-option",
        route: str | None = None,
        parameter: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.route = route
        self.parameter = parameter
        self.hint = hint


def checked_status(status: int) -> int:
    """A status that an error may have; `ConfigurationError` for anything else."""
    if isinstance(status, bool) or not isinstance(status, int) or not 400 <= status <= 599:
        raise ConfigurationError(f"The status of an error is an int from 400 to 599, not {status!r}")
    return int(status)


class Problem(HTTPException):
    """An error that answers the request with a problem document.

    Raise it with a status, or give an error of your own a class, with its members declared:

        class OutOfStock(Problem):
            status = 409
            type = "https://example.com/problems/out-of-stock"
            title = "Out of stock"
            sku: str

        raise OutOfStock(detail="The last one is gone", sku="A-1")

    Members other than those of RFC 9457 appear at the top of the document.
    """

    status: ClassVar[int] = 500
    """The status of every problem of this class."""
    type: ClassVar[str] = BLANK
    """A URI that names this kind of problem."""
    title: ClassVar[str | None] = None
    """What this kind of problem is called; the standard phrase of the status when not given."""

    detail: str
    errors: Sequence[object] | None
    instance: str | None
    extensions: dict[str, object]

    def __init__(
        self,
        status_code: int | None = None,
        detail: str | None = None,
        *,
        title: str | None = None,
        type: str | None = None,
        instance: str | None = None,
        errors: Sequence[object] | None = None,
        headers: Mapping[str, str] | None = None,
        **extensions: object,
    ) -> None:
        status = checked_status(self.status if status_code is None else status_code)
        super().__init__(status, detail if detail is not None else phrase(status), headers)
        self._title = title
        self._type = type
        self.instance = instance
        self.errors = errors
        self.extensions = self._checked(extensions)

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        if "status" in cls.__dict__:
            checked_status(cls.status)

    @classmethod
    def members(cls) -> dict[str, object]:
        """The extra members that this class declares, with their annotations, bases first."""
        mine: dict[str, object] = {}
        base = set(Problem.__annotations__)
        names = [
            name
            for owner in reversed(cls.__mro__)
            if issubclass(owner, Problem)
            for name in owner.__dict__.get("__annotations__", {})
            if name not in base and not name.startswith("_")
        ]
        if names:
            hints = get_type_hints(cls, include_extras=True)
            mine = {name: hints[name] for name in names}
        return mine

    def _checked(self, extensions: dict[str, object]) -> dict[str, object]:
        taken = RESERVED.intersection(extensions)
        if taken:
            raise ConfigurationError(f"A problem cannot be extended with {_names(taken)}: reserved members")
        declared = self.members() if type(self) not in _UNDECLARED else {}
        if not declared:
            return extensions
        unknown = set(extensions).difference(declared)
        missing = {name for name in declared if name not in extensions and not hasattr(type(self), name)}
        if unknown or missing:
            what = f"does not declare {_names(unknown)}" if unknown else f"needs {_names(missing)}"
            raise ConfigurationError(f"{type(self).__name__} {what}")
        members = {name: extensions[name] if name in extensions else getattr(self, name) for name in declared}
        for name, value in members.items():
            setattr(self, name, value)
        return members

    def base(self) -> dict[str, object]:
        """The document as it is before its explicit members: what a `problem_handler` sees."""
        title = self._title or self.title
        return base_payload(self.status_code, self.detail, title=title, errors=self.errors)

    def explicit(self) -> dict[str, object]:
        """The members that were given by name and win over everything else."""
        kind = self._type or self.type
        payload: dict[str, object] = {} if kind == BLANK else {"type": kind}
        if self.instance is not None:
            payload["instance"] = self.instance
        payload.update(self.extensions)
        return payload

    def payload(self) -> dict[str, object]:
        """The whole document."""
        return {**self.base(), **self.explicit()}


class RequestInvalid(Problem):
    """What a client sent does not fit what the operation declares: 422, with every fault in one list."""

    status = 422
    title = "Validation Error"

    def __init__(self, errors: Sequence[ErrorItem], *, cause: Exception | None = None) -> None:
        super().__init__(422, "Validation failed", errors=bounded(errors))
        self.cause = cause

    @override
    def base(self) -> dict[str, object]:
        return base_payload(422, "Validation failed", title="Validation Error", errors=self.errors or [])


_UNDECLARED: Final[tuple[type[Problem], ...]] = (Problem, RequestInvalid)


def base_payload(
    status: int,
    detail: str | None = None,
    *,
    title: str | None = None,
    errors: Sequence[object] | None = None,
    request_id: str | None = None,
) -> dict[str, object]:
    """The members that every problem document has, and those that are known."""
    payload: dict[str, object] = {"type": BLANK, "title": title or phrase(status), "status": status}
    if detail is not None:
        payload["detail"] = detail
    if errors is not None:
        payload["errors"] = list(errors)
    if request_id is not None:
        payload["request_id"] = request_id
    return payload


def abort(
    status: int,
    *,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    title: str | None = None,
    type: str | None = None,
    instance: str | None = None,
    errors: Sequence[object] | None = None,
    **extensions: object,
) -> NoReturn:
    """Stop here and answer with this status."""
    if title is None and type is None and instance is None and errors is None and not extensions:
        checked = checked_status(status)
        raise HTTPException(checked, detail if detail is not None else phrase(checked), headers)
    raise Problem(
        status, detail, title=title, type=type, instance=instance, errors=errors, headers=headers, **extensions
    )


def _names(names: set[str] | frozenset[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))
