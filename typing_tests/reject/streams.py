"""Streams that mean nothing: handlers that stream nothing, sources without chunks, impossible events."""

from __future__ import annotations

from collections.abc import AsyncIterator

from responder import API, SSE, Response

api = API()


@api.sse("/a")  # E: type-var | reportArgumentType
def a() -> int:
    return 1


@api.ndjson("/b", methods=["POST"])  # E: call-arg | reportCallIssue
async def b() -> AsyncIterator[int]:
    yield 1


@api.ndjson("/c", heartbeat=1)  # E: call-arg | reportCallIssue
async def c() -> AsyncIterator[int]:
    yield 1


@api.sse("/d", heartbeat="15")  # E: arg-type | reportArgumentType
async def d() -> AsyncIterator[int]:
    yield 1


async def chunks(start: int) -> AsyncIterator[bytes]:
    yield b"x" * start


async def numbers() -> AsyncIterator[int]:
    yield 1


def sources(resp: Response) -> None:
    resp.stream(chunks, "1")  # E: call-overload | reportArgumentType
    resp.stream(numbers)  # E: call-overload | reportCallIssue
    resp.stream([1, 2])  # E: list-item | reportCallIssue
    resp.sse(7)  # E: call-overload | reportCallIssue


SSE(1, comment="x")  # E: call-overload | reportCallIssue
SSE(1, retry="x")  # E: call-overload | reportArgumentType
SSE()  # E: call-overload | reportCallIssue
SSE(1).data = 2  # E: misc | reportAttributeAccessIssue
