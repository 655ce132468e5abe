"""Policies: ways to let callers in that have a name, made once and used on many routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar, cast

from typing_extensions import override

from responder.errors import ConfigurationError, Problem
from responder.ext.auth.asking import ask, type_given
from responder.ext.auth.schemes import Helper, NotAuthenticated, OptionalAuth
from responder.guards import Auth
from responder.models import Request

__all__ = ["AuthPolicy", "Inner", "make_policy"]

P_co = TypeVar("P_co", covariant=True)
Inner = Auth[P_co] | Callable[[Request], "Awaitable[P_co | None] | P_co | None"]
"""What a policy may be made of."""


class AuthPolicy(Helper[P_co], Generic[P_co]):
    """A helper, or a function of the request, under a name."""

    def __init__(self, name: str, inner: Inner[P_co]) -> None:
        if not _is_callable(inner):
            raise ConfigurationError(f"A policy is a helper or a function of the request, not {inner!r}.")
        self.name = name
        self.inner = inner
        self._auth = cast("Auth[P_co]", inner) if isinstance(inner, Auth) else None
        self._helper = cast("Helper[P_co]", inner) if isinstance(inner, Helper) else None
        self.scheme_name = name if self._helper is None else self._helper.scheme_name
        self.auto_error = True if self._helper is None else self._helper.auto_error
        self.optional_auth = False if self._helper is None else self._helper.optional_auth

    @override
    async def __call__(self, request: Request) -> P_co:
        if self._auth is not None:
            return await self._auth(request)
        principal = await ask(cast("Callable[..., P_co]", self.inner), request)
        if not principal:
            raise self.refusal()
        return principal

    @override
    def challenge(self) -> str:
        return "Bearer" if self._helper is None else self._helper.challenge()

    @override
    def supplied(self, request: Request) -> bool:
        return self._helper is None or self._helper.supplied(request)

    @override
    def optional(self) -> OptionalAuth[P_co]:
        """Let callers in who bring no credential at all, as None."""
        if self._helper is None:
            raise ConfigurationError(
                f"Only the function of policy {self.name!r} knows where credentials are; it is not optional."
            )
        return OptionalAuth(self)

    @override
    def security_scheme(self) -> Mapping[str, object]:
        return {} if self._helper is None else self._helper.security_scheme()

    @override
    def security_requirement(self) -> Mapping[str, Sequence[str]]:
        return {} if self._helper is None else self._helper.security_requirement()

    @property
    @override
    def schemes(self) -> Mapping[str, Mapping[str, object]]:
        return {} if self._auth is None else self._auth.schemes

    @property
    @override
    def security(self) -> Sequence[Mapping[str, Sequence[str]]]:
        return () if self._auth is None else self._auth.security

    @property
    @override
    def raises(self) -> Sequence[type[Problem]]:
        return (NotAuthenticated,) if self._auth is None else self._auth.raises

    @override
    def configuration(self) -> tuple[object, ...]:
        return (self.name, self.inner)

    @property
    @override
    def principal_type(self) -> object:
        return type_given(self.inner) if self._auth is None else self._auth.principal_type


def _is_callable(inner: object) -> bool:
    # Calling a class makes an object, which would let everybody in.
    return callable(inner) and not isinstance(inner, type)


def make_policy(known: dict[str, AuthPolicy[object]], name: str, inner: Inner[object]) -> AuthPolicy[object]:
    """A policy, put among those that an application knows; each has a name of its own."""
    if not name or not isinstance(cast("object", name), str):
        raise ConfigurationError(f"A policy needs a name, not {name!r}.")
    if name in known:
        raise ConfigurationError(f"There is a policy {name!r} already.")
    made = known[name] = AuthPolicy(name, inner)
    return made
