"""The documentation pages: one route that shows the document, and those of the files it loads.

`API(docs_route=...)` asks for them, `responder.batteries` calls `install_pages`.  They know the document only
by its URL.  What they serve is in no document, and open where an application has a default for who may call.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from urllib.parse import quote

from responder.application import Application
from responder.ext.openapi.pages_files import Served, packed_files, start_file
from responder.ext.openapi.pages_html import Link, Page, policy, redirect_html
from responder.ext.openapi.pages_pinned import PROGRAMS, Program
from responder.registry import Registry
from responder.types import Request, Response

__all__ = ["install_pages"]

NAMELESS = "Responder API"
REDIRECT = "oauth2-redirect.js"


def install_pages(api: Application[Registry, object]) -> None:
    """Serve the pages that an application's settings ask for."""
    asked = api.settings.document
    if asked.docs_route is None:
        return
    pages = Pages(
        PROGRAMS[asked.theme],
        theme=asked.theme,
        title=" ".join(filter(None, (api.settings.title or NAMELESS, api.settings.version))),
        schema=asked.route,
        docs_route=asked.docs_route,
    )
    _serve(api, asked.docs_route, "docs", pages.show)
    for file in pages.files:
        _serve(api, pages.folder + file.url, f"docs:{file.url}", file.answer)
    if asked.theme == "swagger_ui":
        _serve(api, pages.folder + "oauth2-redirect.html", "docs:oauth2-redirect", pages.redirect)


def _serve(
    api: Application[Registry, object], path: str, name: str, answer: Callable[[Request, Response], None]
) -> None:
    api.add_route(path, answer, methods=["GET"], name=name, include_in_schema=False, auth=None)


class Pages:
    """The page of one application, and which files it loads from where."""

    def __init__(self, program: Program, *, theme: str, title: str, schema: str, docs_route: str) -> None:
        self.theme = theme
        self.title = title
        self.schema = schema
        self.folder = docs_route.rstrip("/") + "/assets/"
        """Path of the folder that the files seem to lie in."""
        self._program = program
        self._packed = packed_files(program)
        self._start = start_file(theme)

    @property
    def files(self) -> tuple[Served, ...]:
        """Every file that this application serves for its page."""
        return self._packed if self._start is None else (*self._packed, self._start)

    def show(self, req: Request, resp: Response) -> None:
        """Answer with the page."""
        prefix = _prefix(req)
        links = [link for name, link in self._links(prefix).items() if name != REDIRECT]
        if self._start is not None:
            links.append(Link(prefix + self.folder + self._start.url))
        redirect = f"{prefix}{self.folder}oauth2-redirect.html"
        page = Page(self.theme, self.title, prefix + self.schema, tuple(links), redirect)
        self._answer(resp, page.html())

    def redirect(self, req: Request, resp: Response) -> None:
        """Answer with the page that an authorization server sends the browser back to."""
        self._answer(resp, redirect_html(self._links(_prefix(req))[REDIRECT]))

    def _links(self, prefix: str) -> dict[str, Link]:
        """What the program consists of, by name: our own copies, or those of the content network."""
        program = self._program
        if self._packed:
            return {
                file.name: Link(f"{prefix}{self.folder}{program.folder}/{file.name}")
                for file in program.files
            }
        return {file.name: Link(program.public_url(file), file.integrity) for file in program.files}

    def _answer(self, resp: Response, text: str) -> None:
        resp.html = text
        resp.etag = hashlib.sha256(text.encode()).hexdigest()[:32]
        resp.cache_control(no_cache=True)
        resp.headers["Content-Security-Policy"] = policy(self.theme, packed=bool(self._packed))


def _prefix(req: Request) -> str:
    """What comes before the application's own paths, as a path and nothing else: `//` would name a host."""
    prefix = quote(str(req.scope.get("root_path", "")).strip("/"), safe="/%:@!$&'()*+,;=~")
    return f"/{prefix}" if prefix else ""
