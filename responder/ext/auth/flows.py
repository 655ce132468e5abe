"""OAuth 2 flows: how clients get a token, as the OpenAPI document tells them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

from typing_extensions import override

from responder.errors import ConfigurationError

__all__ = [
    "OAuth2AuthorizationCodeFlow",
    "OAuth2ClientCredentialsFlow",
    "OAuth2Flow",
    "OAuth2PasswordFlow",
    "Scopes",
]

Scopes: TypeAlias = Mapping[str, str] | Iterable[str]
"""Scopes that can be asked for, perhaps each with what it allows."""


class OAuth2Flow(ABC):
    """One way to get a token."""

    kind: ClassVar[str] = ""

    @property
    @abstractmethod
    def urls(self) -> Mapping[str, str | None]:
        """Its URLs under their OpenAPI names, those that it must have first."""

    @property
    @abstractmethod
    def allows(self) -> Mapping[str, str]:
        """The scopes that can be asked for, each with what it allows."""

    def openapi(self) -> Mapping[str, object]:
        """The flow as an OpenAPI object."""
        given = {name: url for name, url in self.urls.items() if url is not None}
        return {**given, "scopes": dict(self.allows)}

    def __post_init__(self) -> None:
        for name, url in self.urls.items():
            if url == "":
                raise ConfigurationError(f"{type(self).__name__} needs {name}.")


@dataclass(frozen=True)
class OAuth2AuthorizationCodeFlow(OAuth2Flow):
    """The user is sent to the authorization server and comes back with a code."""

    kind: ClassVar[str] = "authorizationCode"

    authorization_url: str
    token_url: str
    refresh_url: str | None = None
    scopes: Scopes | None = None

    @property
    @override
    def urls(self) -> Mapping[str, str | None]:
        first = {"authorizationUrl": self.authorization_url, "tokenUrl": self.token_url}
        return {**first, "refreshUrl": self.refresh_url}

    @property
    @override
    def allows(self) -> Mapping[str, str]:
        return _described(self.scopes)


@dataclass(frozen=True)
class _TokenFlow(OAuth2Flow):
    """A flow in which the client asks for the token itself."""

    token_url: str
    refresh_url: str | None = None
    scopes: Scopes | None = None

    @property
    @override
    def urls(self) -> Mapping[str, str | None]:
        return {"tokenUrl": self.token_url, "refreshUrl": self.refresh_url}

    @property
    @override
    def allows(self) -> Mapping[str, str]:
        return _described(self.scopes)


class OAuth2ClientCredentialsFlow(_TokenFlow):
    """A program gets a token for itself."""

    kind: ClassVar[str] = "clientCredentials"


class OAuth2PasswordFlow(_TokenFlow):
    """The client is told the user's name and password; for old systems only."""

    kind: ClassVar[str] = "password"


def _described(scopes: Scopes | None) -> Mapping[str, str]:
    if isinstance(scopes, Mapping):
        return dict(cast("Mapping[str, str]", scopes))
    return dict.fromkeys(scopes or (), "")
