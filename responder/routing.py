"""Public face: the router to include, under the path that many programs import it from."""

from __future__ import annotations

from responder._routing.groups import Router

__all__ = ["Router"]
