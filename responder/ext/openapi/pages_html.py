"""The text of the documentation pages: pure, from where things are to HTML and to what the page may load.

No page holds a script of its own; the few lines that start one are a file like the others.  So `script-src`
needs no exception, and everything that comes from the application is text in an attribute or in the title.
Called by `pages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from responder.ext.openapi.pages_pinned import NETWORK


@dataclass(frozen=True, slots=True)
class Link:
    """A style sheet or a script: where it is, and what it has to hash to if another host serves it."""

    url: str
    integrity: str | None = None

    def tag(self) -> str:
        """The element that loads it."""
        checked = ""
        if self.integrity is not None:
            checked = f' integrity="{self.integrity}" crossorigin="anonymous"'
        if self.url.endswith(".css"):
            return f'<link rel="stylesheet" href="{escape(self.url)}"{checked}>'
        return f'<script defer src="{escape(self.url)}"{checked}></script>'


@dataclass(frozen=True, slots=True)
class Page:
    """What one page shows and loads."""

    theme: str
    title: str
    schema: str
    """URL of the document."""
    links: tuple[Link, ...]
    redirect: str = ""
    """URL that an authorization server sends the browser back to."""

    def html(self) -> str:
        """The whole page."""
        schema = escape(self.schema)
        loads = "\n".join(link.tag() for link in self.links)
        body = _BODIES[self.theme].format(schema=schema, redirect=escape(self.redirect))
        return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(self.title)}</title>
<link rel="icon" href="data:,">
<link rel="alternate" type="application/json" href="{schema}">
{loads}
</head>
<body style="margin: 0">
{body}
<noscript>This page needs JavaScript. The document it shows is <a href="{schema}">here</a>.</noscript>
</body>
</html>
"""


_BODIES = {
    "swagger_ui": '<div id="page" data-schema="{schema}" data-redirect="{redirect}"></div>',
    "redoc": '<redoc spec-url="{schema}"></redoc>',
    "rapidoc": '<rapi-doc spec-url="{schema}" load-fonts="false" render-style="read"></rapi-doc>',
    "elements": (
        '<elements-api apiDescriptionUrl="{schema}" router="hash" layout="sidebar"'
        ' style="display: block; height: 100vh"></elements-api>'
    ),
    "scalar": '<div id="page" data-schema="{schema}"></div>',
}


def redirect_html(script: Link) -> str:
    """The page that hands an authorization server's answer to the window that asked for it."""
    return f'<!doctype html>\n<html lang="en">\n<title>Authorized</title>\n{script.tag()}\n</html>\n'


def policy(theme: str, *, packed: bool) -> str:
    """The `Content-Security-Policy` of a page.

    Styles may be inline, for every one of the five programs makes them at run time.  Connections may go
    anywhere: a document may name servers and authorization servers on any host, and this page calls them.
    """
    hosts = "'self'" if packed else f"'self' {NETWORK}"
    rules = {
        "default-src": "'none'",
        "script-src": hosts,
        "style-src": f"{hosts} 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:" if packed else f"'self' data: {NETWORK}",
        "connect-src": "*",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    if theme == "redoc":
        # Its search runs in a worker, which it makes from its own text.
        rules["worker-src"] = "blob:"
    return "; ".join(f"{name} {value}" for name, value in rules.items())
