"""`StaticFiles`: Starlette's, with more directories, and with the house's rules for what is no file.

Whatever is not a readable regular file inside one of the directories is a 404, whatever the reason; a `Range`
header that means nothing gets the whole file.  An ASGI application: it knows no application of ours.
"""

from __future__ import annotations

import os
import stat

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles as StarletteStaticFiles
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from responder._http.problems import ConfigurationError
from responder._http.ranges import asked_spans

__all__ = ["MissingDirectory", "StaticFiles"]


class MissingDirectory(ConfigurationError, FileNotFoundError):
    """A directory that was named explicitly does not exist."""

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        super().__init__(f"There is no directory {os.fspath(directory)!r}.", code="responder-static")


class StaticFiles(StarletteStaticFiles):
    """Serves the files of some directories; the first directory that has a file wins."""

    def add_directory(self, path: str | os.PathLike[str]) -> None:
        """Look in one more directory, after those that are known."""
        if not os.path.isdir(path):
            raise MissingDirectory(path)
        self.all_directories.append(os.path.abspath(path))

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        # `file_response` may take the `Range` header out, for this answer only.
        await super().__call__({**scope}, receive, send)

    @override
    async def check_config(self) -> None:
        """A directory that has gone since has no files; that is no fault of a request."""

    @override
    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        try:
            full_path, found = super().lookup_path(path)
        except (OSError, ValueError):
            return "", None
        if found is not None and stat.S_ISREG(found.st_mode) and not os.access(full_path, os.R_OK):
            return "", None
        return full_path, found

    @override
    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        if asked_spans(Headers(scope=scope).get("range"), stat_result.st_size) is None:
            scope["headers"] = [line for line in scope["headers"] if line[0] != b"range"]
        return super().file_response(full_path, stat_result, scope, status_code)
