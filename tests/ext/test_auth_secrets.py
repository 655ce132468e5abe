"""What a guess costs: the same work for right and wrong, known and unknown; and on either event loop."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from responder import API
from responder.ext.auth import APIKeyAuth, BasicAuth, BearerAuth, compare_digest

PEOPLE = {"ada": "first", "ben": "second", "eve": "third"}


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of everything that is compared."""
    lengths: list[int] = []
    compare: Callable[[bytes, bytes], bool] = hmac.compare_digest

    def counting(one: bytes, other: bytes) -> bool:
        lengths.extend((len(one), len(other)))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    return lengths


def test_every_password_is_compared_whoever_exists(compared: list[int]) -> None:
    api = API()

    @api.get("/", auth=BasicAuth(credentials=PEOPLE))
    def show(*, user: str) -> str:
        return user

    statuses: list[int] = []
    work: list[list[int]] = []
    for pair in ("ada:first", "eve:third", "ada:third", "nobody:first", "x" * 500 + ":" + "y" * 500, ":"):
        compared.clear()
        header = f"Basic {base64.b64encode(pair.encode()).decode()}"
        statuses.append(api.requests.get("/", headers={"authorization": header}).status_code)
        work.append(list(compared))
    assert statuses == [200, 200, 401, 401, 401, 401]
    assert work == [[32] * 12] * 6


@pytest.mark.parametrize(
    ("auth", "header", "prefix"),
    [
        (BearerAuth(tokens=["first", "second", "third"]), "authorization", "Bearer "),
        (APIKeyAuth(keys=["first", "second", "third"]), "x-api-key", ""),
    ],
)
def test_every_secret_is_compared(auth: Any, header: str, prefix: str, compared: list[int]) -> None:
    api = API()

    @api.get("/", auth=auth)
    def show(*, user: str) -> str:
        return user

    work: list[list[int]] = []
    for guess in ("first", "third", "nothing", "f", "x" * 2000):
        compared.clear()
        api.requests.get("/", headers={header: prefix + guess})
        work.append(list(compared))
    assert work == [[32] * 6] * 5


@given(st.text(), st.text())
def test_equal_is_what_is_equal(one: str, other: str) -> None:
    assert compare_digest(one, one)
    assert compare_digest(one, other) is (one == other)


@given(
    st.binary(max_size=60), st.sampled_from([b"Bearer ", b"Basic ", b"basic", b"", b"Bearer\t", b"Digest "])
)
def test_no_header_is_a_fault_of_ours(raw: bytes, scheme: bytes) -> None:
    for path in ("/bearer", "/basic", "/key", "/cookie"):
        lines = [(b"authorization", scheme + raw), (b"x-api-key", raw), (b"cookie", b"k=" + raw)]
        assert anyio.run(asked, path, lines) == 401


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_functions_of_either_kind_are_asked_on_either_loop(backend: str) -> None:
    for path in ("/plain", "/async"):
        good = anyio.run(asked, path, [(b"authorization", b"Bearer good")], backend=backend)
        bad = anyio.run(asked, path, [(b"authorization", b"Bearer bad")], backend=backend)
        assert (good, bad) == (200, 401)


def known(token: str) -> str | None:
    return "somebody" if token == "good" else None


async def known_later(token: str) -> str | None:
    await anyio.lowlevel.checkpoint()
    return known(token)


api = API()
api.get("/bearer", auth=BearerAuth(tokens="secret"))(lambda: "in")
api.get("/basic", auth=BasicAuth(credentials={"ada": "secret"}))(lambda: "in")
api.get("/key", auth=APIKeyAuth(keys="secret"))(lambda: "in")
api.get("/cookie", auth=APIKeyAuth(keys="secret", location="cookie", name="k"))(lambda: "in")
api.get("/plain", auth=BearerAuth(known))(lambda: "in")
api.get("/async", auth=BearerAuth(known_later))(lambda: "in")


async def asked(path: str, headers: list[tuple[bytes, bytes]]) -> int:
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
    await api(scope, receive, send)
    return statuses[0]
