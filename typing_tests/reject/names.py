"""Names that the packages don't have: lazy imports hide no misspelling."""

from __future__ import annotations

import responder
from responder import middleware

marker = responder.Quary  # E: attr-defined | reportAttributeAccessIssue
responder.Ruoter("/")  # E: attr-defined | reportAttributeAccessIssue
pressing = middleware.GZipMidleware  # E: attr-defined | reportAttributeAccessIssue
