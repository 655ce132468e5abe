"""Typed clients, written from an OpenAPI document: `api.generate_client()`, `responder client`.

- `model`: what the document says, in the words of a client
- `names`: names that are legal and stable
- `python`, `python_types`: the writer of Python, and of its types
- `runtime`, `validation`, `sending`: what every Python client begins with
- `making`: from an application or a document to text or a file
"""

from __future__ import annotations

from responder.ext.clients.making import LANGUAGES, Language, Source, generate_client, write_client

__all__ = ["LANGUAGES", "Language", "Source", "generate_client", "write_client"]
