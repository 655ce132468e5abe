"""What every auth helper is and can do: `Helper`, `AuthScheme` for schemes of your own, and what can be put
around a helper: scopes, and leaving it to the caller.

A scheme finds a credential in a request and says whose it is; everything else about being a guard is here.
It knows no particular scheme.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Generic, Protocol, Self, TypeVar, cast

from typing_extensions import override

from responder.errors import ConfigurationError, Problem
from responder.ext.auth.asking import or_none, type_given
from responder.ext.auth.scopes import Extractor, checked_scopes, scopes_of, texts_of
from responder.guards import Auth
from responder.models import Request

__all__ = ["AuthScheme", "Helper", "MissingScopes", "NotAuthenticated", "OptionalAuth", "ScopedAuth"]

P_co = TypeVar("P_co", covariant=True)
InnerT_co = TypeVar("InnerT_co", covariant=True)
CredentialT = TypeVar("CredentialT")

REFUSED: Final = "Not authenticated"


class NotAuthenticated(Problem):
    """Nobody let in: no credential, or one that is not good.  Which of the two is not said."""

    status = 401


class MissingScopes(Problem):
    """Somebody who is known, and may not do this."""

    status = 403


class TakesSchemes(Protocol):
    """An application that describes itself."""

    def add_security_scheme(self, scheme: Auth[object], /) -> object:
        """Add the schemes of a helper to the OpenAPI document."""
        ...


class Helper(Auth[P_co], ABC, Generic[P_co]):
    """A guard that can be asked what it is, and put behind scopes.

    Two helpers are equal when they were made in the same way.
    """

    scheme_name: str
    """What the OpenAPI document calls its scheme."""
    auto_error: bool = True
    """Whether callers that are not let in get a 401; False lets them in as None."""
    optional_auth: bool = False
    """Whether callers without any credential are let in, as None."""

    @abstractmethod
    def challenge(self) -> str:
        """The `WWW-Authenticate` of a 401."""

    @abstractmethod
    def supplied(self, request: Request) -> bool:
        """Whether a request brings anything that looks like a credential, good or not."""

    @abstractmethod
    def security_scheme(self) -> Mapping[str, object]:
        """The scheme as an OpenAPI object."""

    @abstractmethod
    def configuration(self) -> tuple[object, ...]:
        """What it was made with; equal where two helpers are."""

    async def authenticate(self, request: Request) -> P_co:
        """Give the principal, or raise; the same as calling it."""
        return await self(request)

    def security_requirement(self) -> Mapping[str, Sequence[str]]:
        """What an operation requires, as an OpenAPI object."""
        return {self.scheme_name: []}

    @property
    @override
    def schemes(self) -> Mapping[str, Mapping[str, object]]:
        return {self.scheme_name: self.security_scheme()}

    @property
    @override
    def security(self) -> Sequence[Mapping[str, Sequence[str]]]:
        required = self.security_requirement()
        return (required,) if self.auto_error else ({}, required)

    @property
    @override
    def raises(self) -> Sequence[type[Problem]]:
        return (NotAuthenticated,) if self.auto_error else ()

    def refusal(self) -> NotAuthenticated:
        """The 401 of this helper."""
        return NotAuthenticated(detail=REFUSED, headers={"WWW-Authenticate": self.challenge()})

    def requires(
        self, *scopes: str, roles: Iterable[str] = (), extractor: Extractor[P_co] | None = None
    ) -> ScopedAuth[P_co]:
        """Let only those in who have all of some scopes and roles; the others get a 403.

        They are read from the principal's `scopes` and `roles`, or by `extractor`.
        """
        return ScopedAuth(self, checked_scopes(scopes, roles), extractor)

    def optional(self) -> OptionalAuth[P_co]:
        """Let callers in who bring no credential at all, as None; any that is brought has to be good."""
        return OptionalAuth(self)

    def register(self, api: TakesSchemes, /) -> Self:
        """Show the scheme in an application's OpenAPI document, even where no route uses it."""
        api.add_security_scheme(self)
        return self

    @override
    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.configuration() == cast("Self", other).configuration()

    @override
    def __hash__(self) -> int:
        return hash((type(self), self.scheme_name))

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.scheme_name!r}>"


class AuthScheme(Helper[P_co], ABC, Generic[CredentialT, P_co]):
    """A scheme of your own: say where the credential is, whose it is, and what to tell those who have none.

    class Ticket(AuthScheme[str, User]):
        def extract(self, request: Request) -> str | None:
            return request.headers.get("x-ticket")

        async def verify(self, credential: str) -> User | None:
            return await tickets.owner(credential)

        def challenge(self) -> str:
            return "Ticket"

        def openapi(self) -> Mapping[str, object]:
            return {"type": "apiKey", "in": "header", "name": "X-Ticket"}
    """

    def __init__(self, *, auto_error: bool = True, scheme_name: str | None = None) -> None:
        self.auto_error = auto_error
        self.scheme_name = _name(scheme_name, type(self))

    @abstractmethod
    def extract(self, request: Request) -> CredentialT | None:
        """The credential of a request; None when it has none, or none that can be read."""

    @abstractmethod
    async def verify(self, credential: CredentialT) -> P_co | None:
        """Whose credential it is; None, or anything falsy, when it is nobody's."""

    @abstractmethod
    def openapi(self) -> Mapping[str, object]:
        """The scheme as an OpenAPI object."""

    @override
    async def __call__(self, request: Request) -> P_co:
        credential = self.extract(request)
        principal = None if credential is None else await self.verify(credential)
        if principal:
            return principal
        if self.auto_error:
            raise self.refusal()
        return cast("P_co", None)  # the type of a helper that is told not to raise says so

    @override
    def supplied(self, request: Request) -> bool:
        return "authorization" in request.headers or self.extract(request) is not None

    @override
    def security_scheme(self) -> Mapping[str, object]:
        return self.openapi()

    @override
    def configuration(self) -> tuple[object, ...]:
        known: dict[str, object] = vars(self)
        return tuple((name, known[name]) for name in sorted(known))

    @property
    @override
    def principal_type(self) -> object:
        given = type_given(self.verify)
        return given if self.auto_error else or_none(given)


class _Around(Helper[P_co], ABC, Generic[InnerT_co, P_co]):
    """A helper around another, which has the scheme."""

    def __init__(self, inner: Helper[InnerT_co]) -> None:
        self.inner = inner
        self.scheme_name = inner.scheme_name

    @override
    def challenge(self) -> str:
        return self.inner.challenge()

    @override
    def supplied(self, request: Request) -> bool:
        return self.inner.supplied(request)

    @override
    def security_scheme(self) -> Mapping[str, object]:
        return self.inner.security_scheme()

    @property
    @override
    def schemes(self) -> Mapping[str, Mapping[str, object]]:
        return self.inner.schemes


class ScopedAuth(_Around[P_co, P_co], Generic[P_co]):
    """A helper that lets only those in who have all of some scopes."""

    def __init__(
        self, inner: Helper[P_co], scopes: tuple[str, ...], extractor: Extractor[P_co] | None = None
    ) -> None:
        if not scopes:
            raise ConfigurationError("requires() names no scope and no role; it would let everybody in.")
        super().__init__(inner)
        self.scopes = scopes
        self._extractor = extractor

    @override
    async def __call__(self, request: Request) -> P_co:
        principal = await self.inner(request)
        if principal is None:
            raise self.refusal()
        extractor = self._extractor
        held = scopes_of(principal) if extractor is None else texts_of(extractor(principal))
        request.state.scopes = held
        missing = [scope for scope in self.scopes if scope not in held]
        if missing:
            told = f'error="insufficient_scope", scope="{" ".join(self.scopes)}"'
            challenge = self.challenge()
            joined = f"{challenge}{', ' if ' ' in challenge else ' '}{told}"
            raise MissingScopes(
                detail=f"Insufficient scope: {' '.join(missing)}", headers={"WWW-Authenticate": joined}
            )
        return principal

    @override
    def requires(
        self, *scopes: str, roles: Iterable[str] = (), extractor: Extractor[P_co] | None = None
    ) -> ScopedAuth[P_co]:
        """Ask for more scopes."""
        more = checked_scopes(scopes, roles)
        return ScopedAuth(
            self.inner, tuple(dict.fromkeys((*self.scopes, *more))), extractor or self._extractor
        )

    @override
    def security_requirement(self) -> Mapping[str, Sequence[str]]:
        return {self.scheme_name: list(self.scopes)}

    @property
    @override
    def security(self) -> Sequence[Mapping[str, Sequence[str]]]:
        # Nobody without a credential has scopes, so what is optional inside is not any more.
        wanted = list(self.scopes)
        return tuple(
            {**one, self.scheme_name: wanted} for one in self.inner.security if self.scheme_name in one
        )

    @property
    @override
    def raises(self) -> Sequence[type[Problem]]:
        return (NotAuthenticated, MissingScopes)

    @override
    def configuration(self) -> tuple[object, ...]:
        return (self.inner, self.scopes, self._extractor)

    @property
    @override
    def principal_type(self) -> object:
        return self.inner.principal_type


class OptionalAuth(_Around[P_co, P_co | None], Generic[P_co]):
    """A helper that lets callers in who bring no credential at all."""

    optional_auth = True

    def __init__(self, inner: Helper[P_co]) -> None:
        super().__init__(inner)
        self.auto_error = inner.auto_error

    @override
    async def __call__(self, request: Request) -> P_co | None:
        return await self.inner(request) if self.supplied(request) else None

    @override
    def security_requirement(self) -> Mapping[str, Sequence[str]]:
        return self.inner.security_requirement()

    @property
    @override
    def security(self) -> Sequence[Mapping[str, Sequence[str]]]:
        return ({}, *(one for one in self.inner.security if one))

    @property
    @override
    def raises(self) -> Sequence[type[Problem]]:
        return self.inner.raises

    @override
    def configuration(self) -> tuple[object, ...]:
        return (self.inner,)

    @property
    @override
    def principal_type(self) -> object:
        return or_none(self.inner.principal_type)


def _name(given: str | None, kind: type[object]) -> str:
    name = given or kind.__name__[0].lower() + kind.__name__[1:]
    if not all(one.isascii() and (one.isalnum() or one in "._-") for one in name):
        raise ConfigurationError(f"scheme_name= takes letters, digits, '.', '_' and '-', not {name!r}.")
    return name
