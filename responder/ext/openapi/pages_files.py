"""The files that pages load from this application: packed ones, and the few lines that start a page.

A packed file is stored as gzip and sent so; a client that takes no gzip gets it unpacked.  Every URL names a
version or a hash, so a browser may keep the file for ever.  Knows nothing of routes; called by `pages`.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from responder.ext.openapi.pages_pinned import Pinned, Program
from responder.types import Request, Response

_HERE: Final = files("responder.ext.openapi")
_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_FOREVER: Final = 31_536_000


@dataclass(frozen=True, slots=True)
class Served:
    """One file as this application serves it: below which URL, and its bytes in gzip."""

    url: str
    """Relative to the pages' own folder."""
    stored: Traversable
    compressed: bool

    def answer(self, req: Request, resp: Response) -> None:
        """Serve it."""
        body = self.stored.read_bytes()
        if self.compressed:
            resp.headers["Vary"] = "Accept-Encoding"
            if _takes_gzip(req.headers.get("accept-encoding", "")):
                resp.headers["Content-Encoding"] = "gzip"
            else:
                body = gzip.decompress(body)
        resp.content = body
        resp.mimetype = _TYPES.get(self.url.rpartition(".")[2], "text/plain; charset=utf-8")
        resp.etag = hashlib.sha256(body).hexdigest()[:32]
        resp.cache_control(public=True, max_age=_FOREVER, immutable=True)


def packed_file(program: Program, file: Pinned) -> Served | None:
    """The packed file of a program, if the build packed this very version."""
    stored = _HERE.joinpath("assets", program.folder, f"{file.name}.gz")
    return Served(f"{program.folder}/{file.name}", stored, True) if stored.is_file() else None


def packed_files(program: Program) -> tuple[Served, ...]:
    """All that was packed of a program, licences too; nothing unless it is complete."""
    found = tuple(packed_file(program, file) for file in (*program.files, *program.licences))
    return tuple(one for one in found if one is not None) if program.packed and all(found) else ()


def start_file(theme: str) -> Served | None:
    """The lines that start a page, for themes that need some."""
    stored = _HERE.joinpath("pages_start", f"{theme}.js")
    if not stored.is_file():
        return None
    digest = hashlib.sha256(stored.read_bytes()).hexdigest()[:12]
    return Served(f"start-{digest}.js", stored, False)


def _takes_gzip(accept_encoding: str) -> bool:
    """Whether gzip is named, and not with a weight of zero."""
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return weight.replace(" ", "").rstrip("0") not in ("q=", "q=0.")
    return False
