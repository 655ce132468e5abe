"""`StaticFiles`: Starlette's, with more directories, and with our way of sending a file.

Whatever is not a readable regular file inside one of the directories is a 404, whatever the reason.  Ranges,
validators and compression are those of `resp.file`.  An ASGI application: it knows no application of ours.
"""

from __future__ import annotations

import os

from starlette.responses import Response as StarletteResponse
from starlette.staticfiles import StaticFiles as StarletteStaticFiles
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from responder._http.files import FileBody
from responder._http.filesending import send_file
from responder._http.problems import ConfigurationError
from responder._http.response import Response

__all__ = ["FileAnswer", "MissingDirectory", "StaticFiles"]

_Path = str | os.PathLike[str]


class MissingDirectory(ConfigurationError, FileNotFoundError):
    """A directory that was named explicitly does not exist."""

    def __init__(self, directory: _Path) -> None:
        super().__init__(f"There is no directory {os.fspath(directory)!r}.", code="responder-static")


class FileAnswer(StarletteResponse):
    """One file, as an answer; `response` holds its headers."""

    def __init__(self, body: FileBody, status_code: int, gzip: bool) -> None:
        super().__init__(status_code=status_code)
        self.response = Response[object]()
        self.response.status_code = status_code
        self.response._value = body
        self._gzip = gzip

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send_file(scope, receive, send, self.response, self._gzip)


class StaticFiles(StarletteStaticFiles):
    """Serves the files of some directories; the first directory that has a file wins."""

    def __init__(
        self,
        *,
        directory: _Path | None = None,
        packages: list[str | tuple[str, str]] | None = None,
        html: bool = False,
        check_dir: bool = True,
        follow_symlink: bool = False,
        gzip: bool = False,
    ) -> None:
        if check_dir and directory is not None and not os.path.isdir(directory):
            raise MissingDirectory(directory)
        super().__init__(
            directory=directory,
            packages=packages,
            html=html,
            check_dir=False,
            follow_symlink=follow_symlink,
        )
        self.gzip = gzip

    def add_directory(self, path: _Path) -> None:
        """Look in one more directory, after those that are known."""
        if not os.path.isdir(path):
            raise MissingDirectory(path)
        self.all_directories.append(os.path.abspath(path))

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await super().__call__(scope, receive, send)

    @override
    async def check_config(self) -> None:
        """A directory that has gone since has no files; that is no fault of a request."""

    @override
    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        try:
            return super().lookup_path(path)
        except (OSError, ValueError):
            return "", None

    @override
    def file_response(
        self, full_path: _Path, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> StarletteResponse:
        root = None if self.follow_symlink else self._root(os.fspath(full_path))
        path = full_path if root is None else os.path.relpath(full_path, root)
        return FileAnswer(FileBody(path, root), status_code, self.gzip)

    def _root(self, full_path: str) -> str | None:
        """The directory that a resolved path is in: it is opened from there again, whatever was swapped."""
        for directory in self.all_directories:
            root = os.path.realpath(directory)
            if full_path.startswith(root.rstrip(os.sep) + os.sep):
                return root
        return None
