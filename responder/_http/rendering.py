"""A template of the application as the body of a response.

The part of `Response` that makes pages; the templates themselves are `responder.templates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from responder._http.request import Request
from responder.templates import Templates


class Page(Protocol):
    """What of a response rendering needs."""

    @property
    def req(self) -> Request:
        """The request this answers."""
        ...

    def set_html(self, value: str) -> None:
        """`html =`."""
        ...


class Rendering:
    """A response that can be made from a template."""

    __slots__ = ()

    def render(self: Page, template: str, /, *contexts: Mapping[str, object], **values: object) -> None:
        """Answer with a template of the application; it knows `request` and `url_for`."""
        templates = _templates(self.req)
        self.set_html(templates.render(template, templates.for_request(self.req, contexts, values)))

    async def render_async(
        self: Page, template: str, /, *contexts: Mapping[str, object], **values: object
    ) -> None:
        """The same for a template that calls async functions."""
        templates = _templates(self.req)
        context = templates.for_request(self.req, contexts, values)
        self.set_html(await templates.render_async(template, context))


def _templates(request: Request) -> Templates:
    templates: object = getattr(request.api, "templates", None)
    if not isinstance(templates, Templates):
        raise RuntimeError("The application of this request has no templates")
    return templates
