"""GraphiQL: the page that lets people explore a schema, and the files it loads.

The files come from this very endpoint (`?file=...`), so the page works wherever the view is put, and with no
network; a build that packed none links the same files, by their hashes, at a content network.  Where the
application protects what writes, the page carries the token that its requests need.
"""

from __future__ import annotations

import hashlib
from html import escape
from typing import Final

from responder.errors import Problem
from responder.ext.openapi.pages_files import Served, packed_files, start_file
from responder.ext.openapi.pages_html import Link, policy
from responder.ext.openapi.pages_pinned import EXPLORER
from responder.models import Request, Response

__all__ = ["FILE", "Explorer"]

FILE: Final = "file"
"""The parameter that asks for a file of the page."""

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL</title>
<link rel="icon" href="data:,">{token}
{loads}
</head>
<body style="margin: 0">
<div id="page" style="height: 100vh">Loading GraphiQL</div>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
"""


class Explorer:
    """The page of one view."""

    def __init__(self) -> None:
        packed = [packed_files(program) for program in EXPLORER]
        start = start_file("graphiql")
        self._packed = all(packed)
        self._files: dict[str, Served] = {
            file.url: file for files in (*packed, (start,)) for file in files if file is not None
        }
        links = self._ours() if self._packed else self._public()
        if start is not None:
            links.append(Link(f"?{FILE}={start.url}"))
        self._loads = "\n".join(link.tag() for link in links)
        self._html = _PAGE.format(token="", loads=self._loads)
        self._etag = hashlib.sha256(self._html.encode()).hexdigest()[:32]

    def _ours(self) -> list[Link]:
        return [
            Link(f"?{FILE}={program.folder}/{file.name}") for program in EXPLORER for file in program.files
        ]

    def _public(self) -> list[Link]:
        return [
            Link(program.public_url(file), file.integrity) for program in EXPLORER for file in program.files
        ]

    def show(self, resp: Response[object], token: str | None) -> None:
        """Answer with the page; with a token it is one client's own."""
        if token is None:
            resp.html = self._html
            resp.etag = self._etag
            resp.cache_control(no_cache=True)
        else:
            shown = f'\n<meta name="csrf-token" content="{escape(token)}">'
            resp.html = _PAGE.format(token=shown, loads=self._loads)
            resp.cache_control(no_store=True)
        resp.vary("Accept")
        resp.headers["Content-Security-Policy"] = policy("graphiql", packed=self._packed)

    def give(self, name: str, req: Request, resp: Response[object]) -> None:
        """Answer with a file of the page; a 404 for anything else."""
        file = self._files.get(name)
        if file is None:
            raise Problem(404)
        file.answer(req, resp)
