"""One run of an application's lifespan beside a test, in a task of its own.  Used by `clients`."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message

__all__ = ["LifespanRun"]


class LifespanRun:
    """One run of an application's lifespan, in a task of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def start(self) -> None:
        """Start the application up; `RuntimeError` with its own words when it fails."""
        self._stop = asyncio.Event()
        self._reports: asyncio.Queue[Message] = asyncio.Queue()
        self._inbox = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))
        self._task = asyncio.create_task(self._run())
        report = await self._reports.get()
        if report["type"] == "lifespan.startup.failed":
            await asyncio.wait([self._task])
            self._task.exception()
            raise RuntimeError(report.get("message") or "The application failed to start.")

    async def stop(self) -> None:
        """Shut the application down; raises what it raises."""
        self._stop.set()
        await self._task

    async def _run(self) -> None:
        try:
            await self._app(
                {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, self._receive, self._send
            )
        finally:
            await self._reports.put({"type": "lifespan.ended"})

    async def _receive(self) -> Message:
        message = next(self._inbox, {"type": "lifespan.shutdown"})
        if message["type"] == "lifespan.shutdown":
            await self._stop.wait()
        return message

    async def _send(self, message: Message) -> None:
        await self._reports.put(message)
