"""Problem documents (RFC 9457): `Problem`, `abort`, and the faults of a request in one shape.

A `Problem` is an exception that knows its answer; it may be raised anywhere a handler, hook, provider or
guard runs.  How the document is rendered and sent belongs to others: this file knows no request and no
response.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, NoReturn, dataclass_transform, get_type_hints

from starlette.exceptions import HTTPException
from typing_extensions import override

from responder._http.checks import is_status
from responder._http.faults import MAX_BYTES, ErrorItem, bounded
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


def checked_status(status: object) -> int:
    """A status that an error may have; `ConfigurationError` for anything else."""
    if isinstance(status, int) and is_status(status, 400, 599):
        return int(status)
    raise ConfigurationError(f"The status of an error is an int from 400 to 599, not {status!r}")


@dataclass_transform(kw_only_default=True)
class Declared(HTTPException):
    """Tells type checkers that the members a `Problem` class declares are its keyword arguments."""


class Problem(Declared):
    """An error that answers the request with a problem document.

    Raise it with a status, or give an error of your own a class, with its members declared:

        class OutOfStock(Problem):
            status = 409
            type = "https://example.com/problems/out-of-stock"
            title = "Out of stock"
            sku: str
            left: int = 0

        raise OutOfStock(detail="The last one is gone", sku="A-1")

    Members other than those of RFC 9457 appear at the top of the document.
    """

    status: ClassVar[int] = 500
    """The status of every problem of this class."""
    type: ClassVar[str] = BLANK
    """A URI that names this kind of problem."""
    title: ClassVar[str] = ""
    """What this kind of problem is called; the standard phrase of the status when empty."""

    detail: str = ""
    """What happened this time, in words for the client."""
    instance: str | None = None
    """A URI that names this one occurrence."""
    errors: Sequence[object] | None = None
    """The single faults, when there are several."""
    headers: Mapping[str, str] | None = None
    """Headers of the answer."""

    _declared: ClassVar[tuple[str, ...]] = ()

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
        self.instance = instance
        self.errors = errors
        self._title = title or self.title
        self._type = type or self.type
        self.extensions = self._members(extensions)

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        checked_status(cls.status)
        cls._declared = _declared(cls)
        taken = RESERVED.intersection(cls.declared())
        if taken:
            raise ConfigurationError(f"{cls.__name__} cannot declare {_names(taken)}: reserved members")

    @classmethod
    def declared(cls) -> tuple[str, ...]:
        """The names of the extra members that this class declares, bases first."""
        return cls._declared

    @classmethod
    def members(cls) -> dict[str, object]:
        """The extra members with their annotations, for whoever documents this problem."""
        hints = get_type_hints(cls, include_extras=True)
        return {name: hints[name] for name in cls.declared()}

    def _members(self, given: dict[str, object]) -> dict[str, object]:
        """The extension members of this occurrence; those a class declares are also attributes."""
        taken = RESERVED.intersection(given)
        if taken:
            raise ConfigurationError(f"A problem cannot be extended with {_names(taken)}: reserved members")
        declared = self.declared()
        if not declared:
            return given
        name = self.__class__.__name__
        if unknown := set(given).difference(declared):
            raise ConfigurationError(f"{name} does not declare {_names(unknown)}")
        if missing := {member for member in declared if member not in given and not hasattr(self, member)}:
            raise ConfigurationError(f"{name} needs {_names(missing)}")
        for member, value in given.items():
            setattr(self, member, value)
        return {member: getattr(self, member) for member in declared}

    def base(self) -> dict[str, object]:
        """The document before its explicit members: what a `problem_handler` sees."""
        return base_payload(self.status_code, self.detail, title=self._title, errors=self.errors)

    def explicit(self) -> dict[str, object]:
        """The members that were given by name; they win over everything else."""
        payload: dict[str, object] = {} if self._type == BLANK else {"type": self._type}
        if self.instance is not None:
            payload["instance"] = self.instance
        payload.update(self.extensions)
        return payload

    def payload(self) -> dict[str, object]:
        """The whole document."""
        return {**self.base(), **self.explicit()}

    def short_payload(self) -> Mapping[str, object] | None:
        """The JSON that stands for the document under `problem_details=False`; None for the detail alone."""
        return None


_FIELDS: Final = frozenset(inspect.get_annotations(Problem))


def _declared(kind: type[Problem]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for owner in reversed(kind.__mro__[: kind.__mro__.index(Problem)]):
        for name, annotation in inspect.get_annotations(owner).items():
            constant = "ClassVar" in (annotation if isinstance(annotation, str) else repr(annotation))
            if not constant and not name.startswith("_") and name not in _FIELDS:
                names[name] = None
    return tuple(names)


class RequestInvalid(Problem):
    """What a client sent does not fit what the operation declares: 422, with every fault in one list."""

    status: ClassVar[int] = 422
    title: ClassVar[str] = "Validation Error"

    def __init__(
        self, errors: Sequence[ErrorItem], *, cause: Exception | None = None, limit: int = MAX_BYTES
    ) -> None:
        """`cause` is what a `problem_handler` is shown, `limit` the size of all faults in bytes."""
        super().__init__(422, "Validation failed", errors=bounded(errors, min(limit, MAX_BYTES)))
        self.cause = cause

    @override
    def short_payload(self) -> Mapping[str, object]:
        return {"errors": self.errors}


def base_payload(
    status: int,
    detail: str | None = None,
    *,
    title: str = "",
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
        status,
        detail,
        title=title,
        type=type,
        instance=instance,
        errors=errors,
        headers=headers,
        **extensions,
    )


def _names(names: set[str] | frozenset[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))
