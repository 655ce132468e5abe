"""Learn early that the server is going down, and tell every application that this process runs.

A server that was told to stop waits for its connections first and speaks of `lifespan.shutdown` afterwards;
an endless stream would hold it up for ever.  Our own server calls `tell_all` as soon as it is told.  Under
another one, while the application runs, the handler that the server has put on SIGTERM (and SIGINT) is called
through one of ours, which starts the application's `Shutdown` on the way.  Where no server handles signals in
Python, nothing is touched.  Called by the lifespan and by `server`.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Final, TypeAlias

from responder._http.shutdown import Shutdown

Handler: TypeAlias = Callable[[int, FrameType | None], object]

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

_up: Final[dict[int, Shutdown]] = {}
"""The applications that run in this process now, by the identity of their events."""


def tell_all() -> None:
    """Begin the shutdown of every application that runs here; from any thread, also in a signal's handler."""
    for shutdown in list(_up.values()):
        shutdown.begin()


@contextmanager
def heard(shutdown: Shutdown) -> Generator[None, None, None]:
    """Start the shutdown as soon as the server is told to stop."""
    _up[id(shutdown)] = shutdown
    try:
        with _signals(shutdown):
            yield
    finally:
        _up.pop(id(shutdown), None)


@contextmanager
def _signals(shutdown: Shutdown) -> Generator[None, None, None]:
    if threading.current_thread() is not threading.main_thread() or not callable(
        signal.getsignal(signal.SIGTERM)
    ):
        yield
        return
    placed: dict[signal.Signals, tuple[Handler, Handler]] = {}
    for number in _SIGNALS:
        theirs = signal.getsignal(number)
        if callable(theirs):
            ours = _through(shutdown, theirs)
            signal.signal(number, ours)
            placed[number] = ours, theirs
    try:
        yield
    finally:
        for number, (ours, theirs) in placed.items():
            if signal.getsignal(number) is ours:
                signal.signal(number, theirs)


def _through(shutdown: Shutdown, theirs: Handler) -> Handler:
    def handle(number: int, frame: FrameType | None) -> object:
        shutdown.begin()
        return theirs(number, frame)

    return handle
