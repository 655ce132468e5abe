"""An application that can not be made."""

from __future__ import annotations

import responder

api = responder.API(secret_key=5)  # E: responder-option
