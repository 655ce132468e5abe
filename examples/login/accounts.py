"""Who may sign in.  Passwords are kept as what scrypt makes of them; judging one takes as long for nobody."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from responder.ext.auth import compare_digest


def digest(password: str, salt: bytes) -> bytes:
    """What is kept of a password."""
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in."""

    name: str
    salt: bytes = field(repr=False)
    password: bytes = field(repr=False)


def account(name: str, password: str) -> Account:
    """A new account."""
    salt = secrets.token_bytes(16)
    return Account(name, salt, digest(password, salt))


class Accounts:
    """All of them, by name."""

    def __init__(self, *accounts: Account) -> None:
        self._known = {one.name: one for one in accounts}
        # Compared with where the name is nobody's: otherwise a quick answer would say so.
        self._nobody = account("", secrets.token_urlsafe())

    def named(self, name: str) -> Account | None:
        """The account of this name."""
        return self._known.get(name)

    def judge(self, name: str, password: str) -> Account | None:
        """The account, if the password is its own."""
        known = self._known.get(name)
        asked = known or self._nobody
        right = compare_digest(digest(password, asked.salt), asked.password)
        return known if right else None
