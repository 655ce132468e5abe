"""What two handlers can't both be called in the document."""

from __future__ import annotations

import responder

api = responder.API(openapi="3.1.1")


@api.get("/a", operation_id="show")
def first() -> str:
    return ""


@api.get("/b", operation_id="show")  # E: operation-id
def second() -> str:
    return ""
