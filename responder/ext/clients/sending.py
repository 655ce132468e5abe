"""The clients that generated ones inherit: one that waits, and one for event loops.

Copied into generated clients below `runtime` and `validation`.  A generated method describes a `Call` and
says what its answer is; here it is sent, and its answer read.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import aclosing, closing
from typing import Final, cast

import httpx

from responder.ext.clients.runtime import (
    APIError,
    AsyncHttpSession,
    EventReader,
    HttpCall,
    HttpSession,
    LineReader,
    SSEEvent,
    basic,
    problem_of,
)
from responder.ext.clients.validation import SchemaChecks

# -- end of imports

PROBLEMS: Final[dict[str, type[APIError]]] = {}
"""The errors that the document names, by the `type` of their problem documents."""
NOTHING: Final = SchemaChecks({})
API_KEY: Final[dict[str, str]] = {}
"""Where an API key goes, and under which name."""


class BaseClient:
    """What both clients have."""

    _checks: SchemaChecks = NOTHING
    """The schemas of the document."""

    def __init__(
        self,
        base_url: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        bearer_token: str | None = None,
        basic_auth: tuple[str, str] | None = None,
        api_key: str | None = None,
        validate: bool = False,
    ) -> None:
        if "?" in base_url or "#" in base_url:
            raise ValueError("a base URL ends with its path")
        self._base_url = base_url.rstrip("/")
        self._headers = dict(headers or {})
        if bearer_token is not None:
            self._headers["Authorization"] = f"Bearer {bearer_token}"
        if basic_auth is not None:
            self._headers["Authorization"] = basic(*basic_auth)
        self._api_key = api_key
        self._validate = validate

    def _ready(
        self, call: HttpCall, accept: str, sends: tuple[str, object] | None
    ) -> tuple[str, dict[str, str]]:
        """The URL and the headers of a call."""
        if self._validate and sends is not None:
            self._checks.check(sends[0], sends[1], "body")
        if self._api_key is not None and API_KEY:
            if API_KEY["in"] == "query":
                call.query.append((API_KEY["name"], self._api_key))
            elif API_KEY["in"] == "cookie":
                call.cookies[API_KEY["name"]] = self._api_key
            else:
                call.headers[API_KEY["name"]] = self._api_key
        headers = {"Accept": accept, **self._headers, **call.headers}
        if call.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in call.cookies.items())
        return self._base_url + call.target, headers

    def _judge(self, call: HttpCall, status: int, body: bytes) -> None:
        """Raise what an answer that is no success means; redirects are one where the document has them."""
        if status < 300 or (status < 400 and call.redirects):
            return
        problem = problem_of(body)
        kind = None if problem is None else problem.get("type")
        error = PROBLEMS.get(kind, APIError) if isinstance(kind, str) else APIError
        raise error(status, body, problem)

    def _value(self, call: HttpCall, body: bytes) -> object:
        if not body:
            return None
        value = cast("object", json.loads(body))
        if self._validate and call.returns is not None:
            self._checks.check(call.returns, value, "response")
        return value

    def _item(self, call: HttpCall, value: object) -> None:
        if self._validate and call.returns is not None:
            self._checks.check(call.returns, value, "item")


class SyncClient(BaseClient):
    """Sends with `httpx.Client`, or with a session of yours."""

    def __init__(
        self,
        base_url: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        bearer_token: str | None = None,
        basic_auth: tuple[str, str] | None = None,
        api_key: str | None = None,
        session: HttpSession | None = None,
        timeout: float | None = None,
        validate: bool = False,
    ) -> None:
        super().__init__(
            base_url,
            headers=headers,
            bearer_token=bearer_token,
            basic_auth=basic_auth,
            api_key=api_key,
            validate=validate,
        )
        if session is None and not base_url:
            raise ValueError("a client needs a base URL, or a session that has one")
        self._owned = session is None
        self._session: HttpSession = httpx.Client(timeout=timeout) if session is None else session

    def close(self) -> None:
        """Close the connections; a session of yours is left to you."""
        if self._owned:
            self._session.close()

    def _send(self, call: HttpCall, accept: str, sends: tuple[str, object] | None = None) -> bytes:
        url, headers = self._ready(call, accept, sends)
        answer = self._session.request(call.method, url, headers=headers, content=call.content)
        self._judge(call, answer.status_code, answer.content)
        return answer.content

    def _json(
        self, call: HttpCall, sends: tuple[str, object] | None = None, accept: str = "application/json"
    ) -> object:
        return self._value(call, self._send(call, accept, sends))

    def _lines(
        self, call: HttpCall, accept: str, sends: tuple[str, object] | None = None
    ) -> Generator[str, None, None]:
        url, headers = self._ready(call, accept, sends)
        stream = self._session.stream(call.method, url, headers=headers, content=call.content)
        with stream as answer:
            if answer.status_code >= 300:
                self._judge(call, answer.status_code, answer.read())
            lines = LineReader()
            for data in answer.iter_bytes():
                yield from lines.feed(data)
            yield from lines.feed(b"", last=True)

    def _events(
        self, call: HttpCall, sends: tuple[str, object] | None = None
    ) -> Generator[SSEEvent[object], None, None]:
        events = EventReader()
        with closing(self._lines(call, "text/event-stream", sends)) as lines:
            for line in lines:
                event = events.feed(line)
                if event is not None:
                    self._item(call, event.data)
                    yield event

    def _items(
        self, call: HttpCall, sends: tuple[str, object] | None = None
    ) -> Generator[object, None, None]:
        with closing(self._lines(call, "application/x-ndjson", sends)) as lines:
            for line in lines:
                if line.strip():
                    item = cast("object", json.loads(line))
                    self._item(call, item)
                    yield item


class AsyncClient(BaseClient):
    """Sends with `httpx.AsyncClient`, or with a session of yours."""

    def __init__(
        self,
        base_url: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        bearer_token: str | None = None,
        basic_auth: tuple[str, str] | None = None,
        api_key: str | None = None,
        session: AsyncHttpSession | None = None,
        timeout: float | None = None,
        validate: bool = False,
    ) -> None:
        super().__init__(
            base_url,
            headers=headers,
            bearer_token=bearer_token,
            basic_auth=basic_auth,
            api_key=api_key,
            validate=validate,
        )
        if session is None and not base_url:
            raise ValueError("a client needs a base URL, or a session that has one")
        self._owned = session is None
        self._session: AsyncHttpSession = httpx.AsyncClient(timeout=timeout) if session is None else session

    async def close(self) -> None:
        """Close the connections; a session of yours is left to you."""
        if self._owned:
            await self._session.aclose()

    async def _send(self, call: HttpCall, accept: str, sends: tuple[str, object] | None = None) -> bytes:
        url, headers = self._ready(call, accept, sends)
        answer = await self._session.request(call.method, url, headers=headers, content=call.content)
        self._judge(call, answer.status_code, answer.content)
        return answer.content

    async def _json(
        self, call: HttpCall, sends: tuple[str, object] | None = None, accept: str = "application/json"
    ) -> object:
        return self._value(call, await self._send(call, accept, sends))

    async def _lines(
        self, call: HttpCall, accept: str, sends: tuple[str, object] | None = None
    ) -> AsyncGenerator[str, None]:
        url, headers = self._ready(call, accept, sends)
        stream = self._session.stream(call.method, url, headers=headers, content=call.content)
        async with stream as answer:
            if answer.status_code >= 300:
                self._judge(call, answer.status_code, await answer.aread())
            lines = LineReader()
            async for data in answer.aiter_bytes():
                for line in lines.feed(data):
                    yield line
            for line in lines.feed(b"", last=True):
                yield line

    async def _events(
        self, call: HttpCall, sends: tuple[str, object] | None = None
    ) -> AsyncGenerator[SSEEvent[object], None]:
        events = EventReader()
        async with aclosing(self._lines(call, "text/event-stream", sends)) as lines:
            async for line in lines:
                event = events.feed(line)
                if event is not None:
                    self._item(call, event.data)
                    yield event

    async def _items(
        self, call: HttpCall, sends: tuple[str, object] | None = None
    ) -> AsyncGenerator[object, None]:
        async with aclosing(self._lines(call, "application/x-ndjson", sends)) as lines:
            async for line in lines:
                if line.strip():
                    item = cast("object", json.loads(line))
                    self._item(call, item)
                    yield item
