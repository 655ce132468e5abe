"""What stands around the routes: templates, static files, single pages, hosts, convertors and checks.

The part of the public application that is about these, each method a few lines.  `Application` derives from
it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from os import PathLike

from starlette.types import ASGIApp

from responder._http.problems import ConfigurationError
from responder._serve.core import Check, Core
from responder._serve.mounts import WSGIApp
from responder.convertors import AnyConvertor
from responder.middleware.cors import CORSConfig
from responder.staticfiles import StaticFiles
from responder.templates import Templates


class Surroundings(ABC):
    """Whatever has files and pages beside its routes."""

    _core: Core

    @abstractmethod
    def url_for(self, target: str | Callable[..., object], /, **params: object) -> str:
        """The path of a route."""

    # -- what it was told, by the keywords of its constructor

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The hosts it answers for."""
        return tuple(self._core.settings.allowed_hosts)

    @property
    def cors(self) -> bool:
        """Whether it answers cross-origin requests."""
        return self._core.settings.cors is not None

    @property
    def cors_params(self) -> Mapping[str, object]:
        """How it answers them."""
        return asdict(self._core.settings.cors or CORSConfig())

    @property
    def hsts_enabled(self) -> bool:
        """Whether plain HTTP is sent to HTTPS."""
        return self._core.settings.enable_hsts

    @property
    def problem_details(self) -> bool:
        """Whether errors are problem documents."""
        return self._core.settings.problem_details

    @property
    def problem_handler(self) -> Callable[..., object] | None:
        """What has the last word on problem documents."""
        return self._core.settings.problem_handler

    @property
    def static_dir(self) -> str | PathLike[str] | None:
        """Where the static files are; None without any."""
        return self._core.statics.directory

    @property
    def static_route(self) -> str:
        """The prefix that they are served under."""
        return self._core.settings.static_route

    # -- other applications, whose kind is said

    def mount_asgi(self, prefix: str, app: ASGIApp, *, name: str | None = None) -> None:
        """The same as `mount`, for an ASGI application, whatever it looks like."""
        self._core.mounts.add(prefix, app, name, wsgi=False)

    def mount_wsgi(self, prefix: str, app: WSGIApp, *, name: str | None = None) -> None:
        """The same as `mount`, for a WSGI application, whatever it looks like: a class or a partial too."""
        self._core.mounts.add(prefix, app, name, wsgi=True)

    # -- pages

    @cached_property
    def templates(self) -> Templates:
        """The pages of `templates_dir`; Jinja is loaded when the first one is made."""
        settings = self._core.settings
        context = {"api": self, "url_for": self.url_for}
        return Templates(settings.templates_dir, settings.auto_escape, context)

    def template(self, filename: str, /, *contexts: Mapping[str, object], **values: object) -> str:
        """A page made from a template, as text; `resp.render` knows the request too."""
        return self.templates.render(filename, *contexts, **values)

    def template_string(self, source: str, /, *contexts: Mapping[str, object], **values: object) -> str:
        """A page made from a template that is given as text."""
        return self.templates.render_string(source, *contexts, **values)

    @property
    def static_app(self) -> StaticFiles:
        """What serves the static files: `api.static_app.add_directory(path)` adds to them."""
        return self._core.statics.files

    def spa(
        self,
        directory: str | PathLike[str],
        index: str = "index.html",
        exclude: Sequence[str] = (),
        *,
        prefix: str = "",
    ) -> None:
        """Serve a single-page application: its files, and `index` for every path that nothing answers.

        Below the paths of `exclude` a file that is missing is a 404.  `prefix` is where it lives.
        """
        if isinstance(exclude, str):
            raise ConfigurationError(f"spa(exclude=...) takes a list of paths, not the one text {exclude!r}.")
        self._core.statics.spa(prefix, directory, index, exclude)

    def host(self, pattern: str, app: ASGIApp | WSGIApp) -> None:
        """Let another application answer for a host, such as `admin.example.com`, whatever the path.

        `{tenant}.example.com` takes one label; its value is in `req.host_params`.
        """
        self._core.mounts.add_host(pattern, app)
        self._core.changed()

    @property
    def mounted(self) -> Mapping[str, ASGIApp]:
        """The other applications that answer here, by their prefix or host; WSGI ones are wrapped."""
        mounts = self._core.mounts
        by_host = {one.pattern.text: one.mount.app for one in mounts.hosts}
        return {**{mount.prefix: mount.app for mount in mounts}, **by_host}

    def add_check(self, check: Check) -> None:
        """Let `check(routes)` say what is wrong with what was declared: findings of its own, which stop the
        application like any other.  Asked when all routes are known and nothing else is wrong with them.
        """
        self._core.checks.append(check)
        self._core.changed()

    def add_convertor(self, convertor: AnyConvertor | type[AnyConvertor], name: str | None = None) -> None:
        """Make a convertor of yours known to the routes that are declared from now on, by its name.

        An application with a registry has its convertors there, as `date = DateConvertor()`.
        """
        self._core.publish(convertor() if isinstance(convertor, type) else convertor, name)
