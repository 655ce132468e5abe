"""Static files of an application, and the single page that answers what nothing else does.

Files are a mount like any other.  Pages come last of all: after routes, mounts, the slash redirect and 405.
Called by the application's core and by the dispatcher.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import Enum
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from responder._http.problems import ConfigurationError
from responder._routing.paths import route_path
from responder._serve.mounts import Mounts
from responder.staticfiles import FileAnswer, MissingDirectory, StaticFiles

INDEX = "index.html"


class Usual(Enum):
    """What a setting is while nobody has said anything."""

    STATIC = "static"
    """The directory `static`, when there is one."""


StaticDir = str | os.PathLike[str] | Literal[Usual.STATIC] | None


class Pages:
    """A single-page application: its files, and its index for every path that has none.

    Below `exclude` a path that has no file is a 404, as it would be without this.  With `only_index` every
    path is the page.
    """

    def __init__(
        self, files: StaticFiles, index: str | None, exclude: Sequence[str] = (), *, only_index: bool = False
    ) -> None:
        self.files = files
        self.index = index
        self.only_index = only_index
        self.exclude = tuple(one.rstrip("/") for one in exclude)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request for a file or for the page."""
        scope = {**scope}
        answer = await self._answer(scope)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        if self.index is None:
            return await self.files.get_response(self.files.get_path(scope), scope)
        if not self.only_index:
            try:
                return await self.files.get_response(self.files.get_path(scope), scope)
            except HTTPException as error:
                if error.status_code != 404 or self._excluded(scope):
                    raise
        answer = await self.files.get_response(self.index, scope)
        if isinstance(answer, FileAnswer):
            # It names the files of one build: a browser must ask whether it still is the one.
            answer.response.cache_control(no_cache=True)
        return answer

    def _excluded(self, scope: Scope) -> bool:
        path = route_path(scope)
        return any(path == one or path.startswith(one + "/") for one in self.exclude)


class Statics:
    """The static files of one application: where they are, and where they are served."""

    def __init__(self, directory: StaticDir, route: str, gzip: bool, mounts: Mounts, pages: Mounts) -> None:
        self._route = route
        self._gzip = gzip
        self._mounts = mounts
        self._pages = pages
        self._files: StaticFiles | None = None
        self._directory = "static" if isinstance(directory, Usual) else directory
        if self._directory is not None:
            # A later change of the working directory moves nothing.
            self._directory = os.path.abspath(self._directory)
            if os.path.isdir(self._directory):
                self._open()
            elif not isinstance(directory, Usual):
                raise MissingDirectory(self._directory)

    @property
    def directory(self) -> str | os.PathLike[str] | None:
        """Where they are, whether it exists or not; None when there are to be none."""
        return self._directory

    @property
    def files(self) -> StaticFiles:
        """The application that serves the files; mounted now if the usual directory was missing."""
        return self._files or self._open()

    def spa(self, prefix: str, directory: str | os.PathLike[str], index: str, exclude: Sequence[str]) -> None:
        """Serve a single-page application below a prefix."""
        for one in exclude:
            if not one.startswith("/"):
                raise ConfigurationError(f"spa(exclude=...) takes paths that start with '/', not {one!r}.")
        if not os.path.isdir(directory):
            raise MissingDirectory(directory)
        files = StaticFiles(directory=os.path.abspath(directory), gzip=self._gzip)
        self._add(prefix, Pages(files, index, exclude))

    def fall_back(self, path: str) -> None:
        """Serve the index of the static files for every path at `path` and below that has no answer."""
        files = self.files
        if not self._route and not path.rstrip("/"):
            self._pages.add("", Pages(files, INDEX))
        else:
            self._add(path, Pages(files, INDEX, only_index=True))

    def _add(self, prefix: str, pages: Pages) -> None:
        if any(one.prefix == prefix.rstrip("/") for one in self._pages):
            raise ConfigurationError(f"A single page is served at {prefix or '/'!r} already.")
        self._pages.add(prefix, pages)

    def _open(self) -> StaticFiles:
        if self._directory is None:
            raise ConfigurationError("Static files are off: API(static_dir=None) was asked for.")
        files = self._files = StaticFiles(directory=self._directory, check_dir=False, gzip=self._gzip)
        if self._route:
            self._mounts.add(self._route, files, "static", usual=True)
        else:
            # At the root a mount would answer for every path; as pages they come after everything else.
            self._pages.add("", Pages(files, None))
        return files
