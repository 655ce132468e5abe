"""`AuthBase`: a scheme whose credentials are judged by a function, or against fixed secrets; and how
credentials stand in headers.

The schemes that come with the framework derive from it.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from typing import Generic, TypedDict, TypeVar, cast

from typing_extensions import override

from responder.errors import ConfigurationError
from responder.ext.auth.asking import ask, or_none, type_given
from responder.ext.auth.schemes import AuthScheme, CredentialT
from responder.models import Request

__all__ = ["AuthBase", "SchemeOptions", "checked_verify", "quoted", "text_after", "with_realm"]

P_co = TypeVar("P_co", covariant=True)


class SchemeOptions(TypedDict, total=False):
    """What every scheme takes."""

    scheme_name: str | None
    """What the OpenAPI document calls it."""


class AuthBase(AuthScheme[CredentialT, P_co], ABC, Generic[CredentialT, P_co]):
    """A scheme whose `verify` function says whose a credential is.  Subclasses say where it is found."""

    default_name: str = ""
    """What the OpenAPI document calls the scheme unless told otherwise."""

    def __init__(
        self,
        verify: Callable[..., object] | None = None,
        *,
        auto_error: bool = True,
        scheme_name: str | None = None,
    ) -> None:
        super().__init__(auto_error=auto_error, scheme_name=scheme_name or self.default_name or None)
        self._verify = verify

    @override
    async def verify(self, credential: CredentialT) -> P_co | None:
        if self._verify is None:
            raise NotImplementedError(
                f"{type(self).__name__} has neither a function to ask nor its own verify()"
            )
        arguments = self.arguments(credential)
        return await ask(cast("Callable[..., P_co | None]", self._verify), *arguments)

    def arguments(self, credential: CredentialT) -> tuple[object, ...]:
        """What the function is called with."""
        return (credential,)

    @property
    def fixed_type(self) -> object:
        """The type of the principals where no function is asked."""
        return type_given(self.verify)

    @property
    @override
    def principal_type(self) -> object:
        given = self.fixed_type if self._verify is None else type_given(self._verify)
        return given if self.auto_error else or_none(given)


def checked_verify(scheme: str, verify: object, fixed: object, option: str) -> None:
    """One way to know who somebody is: a function, or fixed secrets."""
    if verify is None and fixed is None:
        raise ConfigurationError(f"{scheme} needs a function to ask, or {option}=.")
    if verify is not None and fixed is not None:
        raise ConfigurationError(f"{scheme} takes a function to ask, or {option}=, not both.")
    if verify is not None and not callable(verify):
        raise ConfigurationError(f"{scheme} needs a function to ask, not {verify!r}.")


def text_after(scheme: str, request: Request) -> str | None:
    """What follows the name of a scheme in the one `Authorization` header; None when that is not there."""
    lines = request.headers.get_list("authorization")
    if len(lines) != 1:
        return None
    name, _, text = lines[0].partition(" ")
    text = decoded(text.strip(" "))
    return text if name.lower() == scheme and text and not set(text) & {" ", "\t"} else None


def decoded(text: str) -> str:
    """What a header means: UTF-8 where it is that, else what its bytes are in Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def quoted(text: str) -> str:
    """A text as a quoted string of a header."""
    if not text.isascii() or not text.isprintable():
        raise ConfigurationError(f"realm= is printable ASCII, not {text!r}.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def with_realm(scheme: str, realm: str | None) -> str:
    """A challenge, with its realm if it has one."""
    return scheme if realm is None else f"{scheme} realm={quoted(realm)}"
