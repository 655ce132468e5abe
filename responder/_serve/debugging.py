"""Debug mode from outside: whoever starts an application may ask for it, whatever the application says.

The command line asks, around the import of the application; `settings` reads it once, at construction.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_ASKED: Final[ContextVar[bool]] = ContextVar("asked", default=False)


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
