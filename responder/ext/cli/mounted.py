"""Applications in applications: which of ours are mounted in which, and where.

Used by `checking`, which judges them all, and by `listing`.  One that is wrapped in middleware of the usual
kind, which keeps what it wraps as `app`, is found too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, cast

from responder.application import Application
from responder.errors import ConfigurationError
from responder.ext.cli.load import App

_DEEPEST: Final = 20
"""So many layers of middleware are looked into."""


def with_mounted(apps: Iterable[App]) -> Iterator[tuple[str | None, App]]:
    """Each application once, with the place where it is mounted; None for one that is not."""
    told: set[int] = set()
    # Those that hold the most first: what is mounted is named by its place.
    for app in sorted(apps, key=_held, reverse=True):
        yield from _walk(app, None, told)


def _held(app: App) -> int:
    return sum(1 for _ in _walk(app, None, set()))


def _walk(app: App, place: str | None, told: set[int]) -> Iterator[tuple[str | None, App]]:
    if id(app) in told:
        return
    told.add(id(app))
    yield place, app
    for prefix, inner in _mounted_in(app):
        yield from _walk(inner, f"{place or ''}{prefix}" or "/", told)


def _mounted_in(app: App) -> Iterator[tuple[str, App]]:
    for prefix, one in app.mounted.items():
        inner = _ours(one)
        if inner is not None:
            yield prefix, inner


def _ours(app: object) -> App | None:
    """An application of ours, or the one that middleware is around."""
    for _ in range(_DEEPEST):
        if isinstance(app, Application):
            return cast("App", app)
        try:
            app = getattr(app, "app", None)
        except ConfigurationError:
            return None
    return None
