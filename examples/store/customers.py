"""Who orders.  Customers show a token; how they come by one is another service's business.

`STORE_TOKENS` names them: `ada:her-token,ben:his-token`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from responder.ext.auth import BearerAuth, compare_digest


@dataclass(frozen=True)
class Customer:
    """Somebody who may order."""

    name: str


def by_token(token: str) -> Customer | None:
    """Whose token it is; every one is looked at, so that the time says nothing."""
    found: Customer | None = None
    for pair in os.environ.get("STORE_TOKENS", "").split(","):
        name, colon, known = pair.partition(":")
        if compare_digest(token, known) and colon and known:
            found = Customer(name)
    return found


customers = BearerAuth(by_token, realm="store")
