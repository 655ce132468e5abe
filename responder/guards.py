"""Who may call: what a guard is, and how a handler asks for whom it let in.

A route's `auth=` takes guards.  Any function of the request will do; `Auth[P]` is the class of those that
know more about themselves: the type of the principal, and what the OpenAPI document has to say.  The core
calls guards before anything of a request is read; the batteries of `responder.ext.auth` derive from `Auth`.
Nothing here knows a route.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Generic, Protocol, TypeAlias, TypeVar

from responder._http.problems import Problem
from responder._http.request import Request
from responder.params import MISSING

__all__ = ["Auth", "AuthOption", "Guard", "Principal", "PrincipalMarker"]

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)


class Guard(Protocol[P_co]):
    """Says who sends a request, or raises.

    It may carry `security`, the OpenAPI requirements it stands for, `schemes`, the OpenAPI security schemes
    by name, and `raises`, the `Problem` classes it may raise.
    """

    async def __call__(self, request: Request) -> P_co:
        """Give the principal: a user, a token, whatever stands for the caller."""
        ...


class Auth(ABC, Generic[P_co]):
    """A guard that knows the type of its principals.

    Three places take one: `auth=` of a route, `Depends(...)`, and the annotation of a parameter,
    `user: Annotated[User, bearer]`.
    """

    @abstractmethod
    async def __call__(self, request: Request) -> P_co:
        """Give the principal, or raise."""

    @property
    def principal_type(self) -> object:
        """The type of the principals, as far as it is known when the program runs; else `MISSING`."""
        return MISSING

    @property
    def schemes(self) -> Mapping[str, Mapping[str, object]]:
        """The OpenAPI security schemes that `security` names."""
        return {}

    @property
    def security(self) -> Sequence[Mapping[str, Sequence[str]]]:
        """The OpenAPI security requirements: any one of them is enough, each means all that it names."""
        return ()

    @property
    def raises(self) -> Sequence[type[Problem]]:
        """The problems that it raises."""
        return ()


AuthOption: TypeAlias = Callable[..., object] | Sequence[Callable[..., object]]
"""What `auth=` takes beside None: a guard, a function that gets the request, or several, all of which have to
let the request in."""


@dataclass(frozen=True, slots=True, eq=False)
class PrincipalMarker:
    """What stands in the annotation of a parameter that is a principal; `guard` is None for the route's."""

    guard: Auth[object] | None = None


_THE_ROUTES: Final = PrincipalMarker()

Principal: TypeAlias = Annotated[P, _THE_ROUTES]
"""The type of a parameter that is whom the route's `auth` let in, whatever the parameter is called:
`me: Principal[User]`."""
