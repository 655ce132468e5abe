"""`Templates`: pages made by Jinja, which is imported when the first one is asked for.

What is put into `context` is there in every page, beside Jinja's own globals, which are never lost: whatever
a context hides comes back when the context goes.  Context processors add what depends on the request.  Knows
requests only as values that templates may look at.  Behind `api.template` and `resp.render`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeAlias

from responder._http.urls import quote_path

if TYPE_CHECKING:
    from jinja2 import Environment, Template

    from responder._http.request import Request

__all__ = ["ContextProcessor", "Templates"]

ContextProcessor: TypeAlias = "Callable[[Request], Mapping[str, object]]"
"""Gives what every page for a request has in its context."""

Autoescape: TypeAlias = bool | Callable[[str | None], bool]


class Templates:
    """Templates of one directory, or of an `Environment` of yours.

    Values are escaped unless `autoescape` says otherwise.  `render_async` awaits what templates call;
    `enable_async` makes the templates of `get_template` do so too.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str] = "templates",
        autoescape: Autoescape = True,
        context: Mapping[str, object] | None = None,
        enable_async: bool = False,
        *,
        env: Environment | None = None,
        context_processors: Iterable[ContextProcessor] = (),
    ) -> None:
        self.directory = directory
        self.autoescape = autoescape
        self.enable_async = enable_async
        self.context_processors: list[ContextProcessor] = list(context_processors)
        self._given = env
        self._base: dict[str, object] = dict(context or {})
        self._added: dict[str, object] = {}
        self._hidden: dict[str, object] = {}
        self._shown: frozenset[str] = frozenset()

    # -- what every page has

    @property
    def context(self) -> dict[str, object]:
        """What every page has in its context.  Setting it adds to what the constructor was given."""
        return {**self._base, **self._added}

    @context.setter
    def context(self, values: Mapping[str, object]) -> None:
        self._added = dict(values)
        if "_plain" in self.__dict__:
            self._publish(self._plain)

    # -- what makes pages

    @property
    def env(self) -> Environment:
        """Jinja's environment: for filters, tests, extensions and loaders."""
        return self._awaiting if self.enable_async else self._plain

    def get_template(self, name: str) -> Template:
        """A template by its name below the directory."""
        return self.env.get_template(name)

    def render(self, filename: str, /, *contexts: Mapping[str, object], **values: object) -> str:
        """A page, as text."""
        return self._plain.get_template(filename).render(_merged(contexts, values))

    async def render_async(self, filename: str, /, *contexts: Mapping[str, object], **values: object) -> str:
        """A page, as text; templates may call async functions and loop over async iterators."""
        return await self._awaiting.get_template(filename).render_async(_merged(contexts, values))

    def render_string(self, source: str, /, *contexts: Mapping[str, object], **values: object) -> str:
        """A page from a template that is given as text."""
        return self._plain.from_string(source).render(_merged(contexts, values))

    def for_request(
        self, request: Request, contexts: Iterable[Mapping[str, object]], values: Mapping[str, object]
    ) -> dict[str, object]:
        """The context of a page for a request: processors first, so that what a handler says wins."""
        own = {"request": request, "url_for": partial(_url_for, request)}
        processed = [processor(request) for processor in self.context_processors]
        return _merged((own, *processed, *contexts), values)

    @cached_property
    def _plain(self) -> Environment:
        env = self._given
        if env is None:
            from jinja2 import Environment, FileSystemLoader

            env = Environment(loader=FileSystemLoader(self.directory), autoescape=self.autoescape)
        elif env.is_async:
            env = env.overlay(enable_async=False)
        self._publish(env)
        return env

    @cached_property
    def _awaiting(self) -> Environment:
        # An overlay shares everything with the other one, the globals too, but for what it compiles.
        return self._plain.overlay(enable_async=True)

    def _publish(self, env: Environment) -> None:
        """Make Jinja's globals hold the context, and again what an earlier context hid."""
        wanted = self.context
        # Jinja's annotation lists what it puts there itself; anything may be.
        shown: dict[str, object] = vars(env)["globals"]
        for name in self._shown - wanted.keys():
            if name in self._hidden:
                shown[name] = self._hidden.pop(name)
            else:
                del shown[name]
        for name in wanted.keys() - self._shown:
            if name in shown:
                self._hidden[name] = shown[name]
        shown.update(wanted)
        self._shown = frozenset(wanted)


def _url_for(request: Request, target: str | Callable[..., object], /, **params: object) -> str:
    """The path of a route as a link on this site; not absolute, so that no `Host` header is repeated."""
    root = str(request.scope.get("root_path") or "")
    return quote_path(root.rstrip("/")) + request.api.url_for(target, **params)


def _merged(contexts: Iterable[Mapping[str, object]], values: Mapping[str, object]) -> dict[str, object]:
    merged: dict[str, object] = {}
    for context in contexts:
        merged.update(context)
    merged.update(values)
    return merged
