"""Who changes the catalogue: whoever has the key that `STORE_STAFF_KEY` holds; nobody while it is not set."""

from __future__ import annotations

import os

from responder.ext.auth import APIKeyAuth, compare_digest


def by_key(key: str) -> str | None:
    """Compare a key with the one of the staff."""
    known = os.environ.get("STORE_STAFF_KEY", "")
    return "staff" if compare_digest(key, known) and known else None


staff = APIKeyAuth(by_key, name="X-Staff-Key", scheme_name="staffKey")
