"""Keys in a header, the query string or a cookie."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final, Generic, Literal, TypeAlias, TypeVar, cast, overload

from typing_extensions import Unpack, override

from responder.errors import ConfigurationError
from responder.ext.auth.base import AuthBase, SchemeOptions, checked_verify, decoded
from responder.ext.auth.comparing import Secrets
from responder.models import Request

__all__ = ["APIKeyAuth", "APIKeyOptions"]

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
Location: TypeAlias = Literal["header", "query", "cookie"]

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class APIKeyOptions(SchemeOptions, total=False):
    """What keys take."""

    name: str
    """The header, query parameter or cookie; "X-API-Key" unless given."""
    location: Location
    """Where that is; "header" unless given.  A key in a query string ends up in logs and histories."""


class APIKeyAuth(AuthBase[str, P_co], Generic[P_co]):
    """Keys, judged by a function or against fixed ones.

    `verify(key)`, plain or async, gives the principal, or None.  A fixed key is its own principal.
    """

    default_name = "apiKeyAuth"

    @overload
    def __init__(
        self,
        verify: Callable[[str], Awaitable[P_co | None]],
        *,
        auto_error: Literal[True] = True,
        **options: Unpack[APIKeyOptions],
    ) -> None: ...
    @overload
    def __init__(
        self,
        verify: Callable[[str], P_co | None],
        *,
        auto_error: Literal[True] = True,
        **options: Unpack[APIKeyOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: APIKeyAuth[str],
        verify: None = None,
        *,
        keys: str | Iterable[str],
        auto_error: Literal[True] = True,
        **options: Unpack[APIKeyOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: APIKeyAuth[P | None],
        verify: Callable[[str], Awaitable[P | None]],
        *,
        auto_error: bool,
        **options: Unpack[APIKeyOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: APIKeyAuth[P | None],
        verify: Callable[[str], P | None],
        *,
        auto_error: bool,
        **options: Unpack[APIKeyOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: APIKeyAuth[str | None],
        verify: None = None,
        *,
        keys: str | Iterable[str],
        auto_error: bool,
        **options: Unpack[APIKeyOptions],
    ) -> None: ...
    def __init__(
        self,
        verify: Callable[[str], object] | None = None,
        *,
        keys: str | Iterable[str] | None = None,
        auto_error: bool = True,
        **options: Unpack[APIKeyOptions],
    ) -> None:
        checked_verify("APIKeyAuth", verify, keys, "keys")
        super().__init__(verify, auto_error=auto_error, scheme_name=options.get("scheme_name"))
        self._keys = None if keys is None else Secrets(keys, "keys")
        self._location = _location(options.get("location", "header"))
        self._name = options.get("name", "X-API-Key")
        if not self._name or (self._location != "query" and not _TOKEN.fullmatch(self._name)):
            raise ConfigurationError(f"{self._name!r} can not be the name of a {self._location}.")

    @override
    def extract(self, request: Request) -> str | None:
        if self._location == "header":
            found = [decoded(line) for line in request.headers.get_list(self._name)]
        elif self._location == "query":
            found = request.params.get_list(self._name, [])
        else:
            found = [decoded(request.cookies.get(self._name, ""))]
        # Of several keys nobody can say which one is meant.
        return found[0] or None if len(found) == 1 else None

    @override
    def supplied(self, request: Request) -> bool:
        if self._location == "header":
            return any(request.headers.get_list(self._name))
        if self._location == "query":
            return any(request.params.get_list(self._name, []))
        return bool(request.cookies.get(self._name))

    @override
    async def verify(self, credential: str) -> P_co | None:
        if self._keys is None:
            return await super().verify(credential)
        return cast("P_co", credential) if self._keys.knows(credential) else None

    @override
    def challenge(self) -> str:
        # No scheme is registered for keys, but a 401 has to name one.
        return "ApiKey"

    @override
    def openapi(self) -> Mapping[str, object]:
        return {"type": "apiKey", "in": self._location, "name": self._name}

    @property
    @override
    def fixed_type(self) -> object:
        return str

    @override
    def configuration(self) -> tuple[object, ...]:
        secrets = None if self._keys is None else self._keys.key()
        return (self.scheme_name, self.auto_error, self._verify, secrets, self._location, self._name)


def _location(given: Location) -> Location:
    if given in ("header", "query", "cookie"):
        return given
    raise ConfigurationError(f'location= is "header", "query" or "cookie", not {given!r}.')
