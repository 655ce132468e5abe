"""Names and passwords (RFC 7617): `Authorization: Basic …`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, Literal, TypeAlias, TypeVar, cast, overload

from typing_extensions import Unpack, override

from responder.ext.auth.base import AuthBase, SchemeOptions, checked_verify, quoted, text_after
from responder.ext.auth.comparing import Passwords
from responder.models import Request

__all__ = ["BasicAuth", "BasicOptions"]

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
Pair: TypeAlias = "tuple[str, str]"


class BasicOptions(SchemeOptions, total=False):
    """What names and passwords take."""

    realm: str
    """What they are for; browsers show it.  "Restricted" unless given."""


class BasicAuth(AuthBase["Pair", P_co], Generic[P_co]):
    """Names and passwords, which browsers ask for themselves.

    `verify(username, password)`, plain or async, gives the principal, or None.  With fixed `credentials` it
    is the name.
    """

    default_name = "basicAuth"

    @overload
    def __init__(
        self,
        verify: Callable[[str, str], Awaitable[P_co | None]],
        *,
        auto_error: Literal[True] = True,
        **options: Unpack[BasicOptions],
    ) -> None: ...
    @overload
    def __init__(
        self,
        verify: Callable[[str, str], P_co | None],
        *,
        auto_error: Literal[True] = True,
        **options: Unpack[BasicOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: BasicAuth[str],
        verify: None = None,
        *,
        credentials: Mapping[str, str],
        auto_error: Literal[True] = True,
        **options: Unpack[BasicOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: BasicAuth[P | None],
        verify: Callable[[str, str], Awaitable[P | None]],
        *,
        auto_error: bool,
        **options: Unpack[BasicOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: BasicAuth[P | None],
        verify: Callable[[str, str], P | None],
        *,
        auto_error: bool,
        **options: Unpack[BasicOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: BasicAuth[str | None],
        verify: None = None,
        *,
        credentials: Mapping[str, str],
        auto_error: bool,
        **options: Unpack[BasicOptions],
    ) -> None: ...
    def __init__(
        self,
        verify: Callable[[str, str], object] | None = None,
        *,
        credentials: Mapping[str, str] | None = None,
        auto_error: bool = True,
        **options: Unpack[BasicOptions],
    ) -> None:
        checked_verify("BasicAuth", verify, credentials, "credentials")
        super().__init__(verify, auto_error=auto_error, scheme_name=options.get("scheme_name"))
        self._passwords = None if credentials is None else Passwords(credentials)
        self._challenge = f"Basic realm={quoted(options.get('realm', 'Restricted'))}"

    @override
    def extract(self, request: Request) -> tuple[str, str] | None:
        text = text_after("basic", request)
        if text is None:
            return None
        try:
            name, colon, password = base64.b64decode(text, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return None
        return (name, password) if colon else None

    @override
    async def verify(self, credential: tuple[str, str]) -> P_co | None:
        if self._passwords is None:
            return await super().verify(credential)
        return cast("P_co", credential[0]) if self._passwords.know(*credential) else None

    @override
    def arguments(self, credential: tuple[str, str]) -> tuple[object, ...]:
        return credential

    @override
    def challenge(self) -> str:
        return self._challenge

    @override
    def openapi(self) -> Mapping[str, object]:
        return {"type": "http", "scheme": "basic"}

    @property
    @override
    def fixed_type(self) -> object:
        return str

    @override
    def configuration(self) -> tuple[object, ...]:
        secrets = None if self._passwords is None else self._passwords.key()
        return (self.scheme_name, self.auto_error, self._verify, secrets, self._challenge)
