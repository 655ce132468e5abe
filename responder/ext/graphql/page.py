"""GraphiQL: the page that lets people explore a schema."""

from __future__ import annotations

from responder.models import Request

__all__ = ["page"]


def page(req: Request) -> str:
    return f"<!doctype html><title>GraphiQL</title><p>{req.path}</p>"
