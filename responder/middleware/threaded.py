"""A plain function as middleware: it runs in a thread of its own, and its `call_next` blocks there.

The thread pool of handlers is not used, because a middleware function holds its thread while the handler
waits for one: enough of them at once would wait for each other for ever.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Awaitable, Callable
from typing import Generic, Literal, TypeVar

import anyio
import anyio.from_thread
import anyio.lowlevel

AskT = TypeVar("AskT")
ReplyT = TypeVar("ReplyT")


def in_thread(
    function: Callable[[AskT, Callable[[AskT], ReplyT]], object],
) -> Callable[[AskT, Callable[[AskT], Awaitable[ReplyT]]], Awaitable[object]]:
    """`function(request, call_next)` as an awaitable one; its `call_next` is awaited on the loop."""

    async def talk(request: AskT, call_next: Callable[[AskT], Awaitable[ReplyT]]) -> object:
        bridge: _Bridge[AskT, ReplyT] = _Bridge(function, request)
        return await bridge.run(call_next)

    return talk


class _Bridge(Generic[AskT, ReplyT]):
    """The thread and the task, who take turns."""

    def __init__(self, function: Callable[[AskT, Callable[[AskT], ReplyT]], object], request: AskT) -> None:
        self.function = function
        self.request = request
        self.state: Literal["running", "asking", "done"] = "running"
        self.asked = request
        self.result: object = None
        self.error: BaseException | None = None
        self.replies: list[ReplyT] = []
        self.refusal: BaseException | None = None
        self.replied = threading.Event()

    async def run(self, call_next: Callable[[AskT], Awaitable[ReplyT]]) -> object:
        self.token = anyio.lowlevel.current_token()
        self.turn = anyio.Event()
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(self._work,), name="responder-middleware", daemon=True
        ).start()
        try:
            while True:
                await self.turn.wait()
                self.turn = anyio.Event()
                if self.state == "done":
                    break
                await self._answer(call_next)
        except BaseException as exc:
            self._refuse(exc)
            raise
        if self.error is not None:
            raise self.error
        return self.result

    async def _answer(self, call_next: Callable[[AskT], Awaitable[ReplyT]]) -> None:
        self.state = "running"
        try:
            reply = await call_next(self.asked)
        except Exception as exc:
            self._refuse(exc)
        else:
            self.replies.append(reply)
            self.replied.set()

    def _refuse(self, error: BaseException) -> None:
        self.refusal = error
        self.replied.set()

    def _work(self) -> None:
        """The thread: run the function, then give the turn back for good."""
        try:
            self.result = self.function(self.request, self._call_next)
        except BaseException as exc:
            self.error = exc
        self._give_turn("done")

    def _call_next(self, request: AskT) -> ReplyT:
        self.asked = request
        self.replied.clear()
        self._give_turn("asking")
        self.replied.wait()
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            raise refusal if isinstance(refusal, Exception) else RuntimeError("the request was given up")
        return self.replies.pop()

    def _give_turn(self, state: Literal["asking", "done"]) -> None:
        def hand_over() -> None:
            self.state = state
            self.turn.set()

        try:
            anyio.from_thread.run_sync(hand_over, token=self.token)
        except RuntimeError:
            # The loop is gone, and with it everybody who waited.
            self._refuse(RuntimeError("the server has stopped"))
