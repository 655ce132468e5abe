"""What two types can't both be called in the document."""

from __future__ import annotations

import responder

api = responder.API(openapi="3.1.1")
api.openapi.add_schema("Item", dict[str, int])
api.openapi.add_schema("Item", dict[str, str])  # E: responder-option
