"""The cookie that carries a session, or the id of one: its name, its attributes, its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from starlette.types import Scope

from responder._http.cookies import parse_cookies
from responder._http.problems import ConfigurationError
from responder._http.setcookies import cookie_line

SameSite: TypeAlias = Literal["lax", "strict", "none"]

DEFAULT_MAX_AGE: Final = 1_209_600
"""Two weeks."""
_REMOVED: Final = "null"


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How the session cookie is sent.  `ValueError` for a combination that browsers would drop."""

    name: str
    max_age: int = DEFAULT_MAX_AGE
    path: str = "/"
    same_site: SameSite = "lax"
    https_only: bool = True

    def __post_init__(self) -> None:
        flags = (self.https_only, True, self.same_site)
        cookie_line(
            self.name, "", expires=None, max_age=self.max_age, path=self.path, domain=None, flags=flags
        )
        if self.max_age <= 0:
            raise ConfigurationError(f"A session lives for some seconds, not {self.max_age!r}.")

    def read(self, scope: Scope) -> str | None:
        """What the client sent."""
        wanted = self.name.encode("ascii")
        lines = [value for name, value in scope["headers"] if name == b"cookie" and wanted in value]
        return parse_cookies(b"; ".join(lines).decode("latin-1")).get(self.name) if lines else None

    def line(self, value: str) -> str:
        """The `Set-Cookie` line that gives the client a value."""
        return f"{self.name}={value}; Path={self.path}; Max-Age={self.max_age}{self._flags()}"

    def removal(self) -> str:
        """The `Set-Cookie` line that takes it away."""
        expires = "Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        return f"{self.name}={_REMOVED}; Path={self.path}; Max-Age=0; {expires}{self._flags()}"

    def _flags(self) -> str:
        return f"; HttpOnly; SameSite={self.same_site}" + "; Secure" * self.https_only
