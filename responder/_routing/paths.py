"""The path that routes are matched against, of a request that may have come through a mount."""

from __future__ import annotations

from starlette.types import Scope


def route_path(scope: Scope) -> str:
    """The path without the root path that we are mounted under."""
    path: str = scope["path"]
    root: str = (scope.get("root_path") or "").rstrip("/")
    if not root or not path.startswith(root):
        return path
    if len(path) == len(root):
        return "/"
    return path[len(root) :] if path[len(root)] == "/" else path
