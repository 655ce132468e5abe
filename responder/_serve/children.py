"""The lifespans of mounted applications, run inside ours.

Each child runs in a task of its own, as a server would run it, and is told to start and to stop through its
own pair of queues.  An application that does not speak the lifespan protocol is left alone.  Called by
`lifespan`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, MutableMapping
from typing import Literal

import anyio
import anyio.abc
from starlette.types import ASGIApp, Message

_log = logging.getLogger("responder")


class ChildStartupFailed(RuntimeError):
    """A mounted application reported that it could not start."""


class Child:
    """One mounted application between its start and its stop."""

    def __init__(self, app: ASGIApp, state: MutableMapping[str, object]) -> None:
        self.app = app
        self.state = state
        self.phase: Literal["starting", "serving", "unsupported", "failed", "stopped"] = "starting"
        self.reason = ""
        self._settled = anyio.Event()
        self._stop = anyio.Event()
        self._ended = anyio.Event()
        self._told_start = False

    async def start(self, tasks: anyio.abc.TaskGroup) -> None:
        """Run the application's start-up; raises when it reports a failure."""
        tasks.start_soon(self._run)
        await self._settled.wait()
        if self.phase == "failed":
            await self._ended.wait()
            raise ChildStartupFailed(self.reason or "A mounted application failed to start.")

    async def stop(self) -> None:
        """Run the application's shutdown, if it ever started; raises what it reports."""
        if self.phase != "serving":
            return
        self._stop.set()
        await self._ended.wait()
        if self.reason:
            raise RuntimeError(self.reason)

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self.app(scope, self._receive, self._send)
        except Exception as exc:
            if self.phase == "starting":
                self.phase = "unsupported"
            elif self.phase == "serving" and not self._stop.is_set():
                _log.error("The lifespan of a mounted application ended early", exc_info=exc)
            elif not self.reason and self.phase != "unsupported":
                self.reason = f"A mounted application failed to stop: {type(exc).__name__}: {exc}"
        finally:
            if self.phase == "starting":
                self.phase = "unsupported"
            self._settled.set()
            self._ended.set()

    async def _receive(self) -> Message:
        if not self._told_start:
            self._told_start = True
            return {"type": "lifespan.startup"}
        await self._stop.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message: Message) -> None:
        settle = _REPORTS.get(message["type"])
        if settle is None:
            raise RuntimeError(f"Unexpected message {message['type']!r} during lifespan.")
        settle(self, str(message.get("message", "")))

    def started(self, _: str) -> None:
        self.phase = "serving"
        self._settled.set()

    def start_failed(self, text: str) -> None:
        self.phase = "failed"
        self.reason = text or "A mounted application failed to start."
        self._settled.set()

    def stopped(self, _: str) -> None:
        self.phase = "stopped"

    def stop_failed(self, text: str) -> None:
        self.phase = "stopped"
        self.reason = text or "A mounted application failed to stop."


_REPORTS: dict[str, Callable[[Child, str], None]] = {
    "lifespan.startup.complete": Child.started,
    "lifespan.startup.failed": Child.start_failed,
    "lifespan.shutdown.complete": Child.stopped,
    "lifespan.shutdown.failed": Child.stop_failed,
}
