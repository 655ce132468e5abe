"""The old path of `responder.ext.clients`."""

from __future__ import annotations

from responder.ext.clients import LANGUAGES, Language, Source, generate_client, write_client

__all__ = ["LANGUAGES", "Language", "Source", "generate_client", "write_client"]
