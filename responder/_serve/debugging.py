"""What whoever imports an application may ask of it: debug mode, and not to serve itself.

The command line asks, around the import.  `settings` reads the first once, at construction; `api.run()` reads
the second, because a file that is meant to be run may call it at its end.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_ASKED: Final[ContextVar[bool]] = ContextVar("asked", default=False)
_IMPORTING: Final[ContextVar[bool]] = ContextVar("importing", default=False)


@contextmanager
def debugging() -> Generator[None, None, None]:
    """Make every application that is constructed inside run in debug mode."""
    token = _ASKED.set(True)
    try:
        yield
    finally:
        _ASKED.reset(token)


def is_debugging() -> bool:
    """Whether applications that are constructed now are to run in debug mode."""
    return _ASKED.get()


@contextmanager
def importing() -> Generator[None, None, None]:
    """Make `api.run()` and `api.serve()` do nothing inside: whoever imports decides what is served."""
    token = _IMPORTING.set(True)
    try:
        yield
    finally:
        _IMPORTING.reset(token)


def is_importing() -> bool:
    """Whether applications are only being imported now."""
    return _IMPORTING.get()
