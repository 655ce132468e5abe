"""Forms: read as they come, within limits, shared by everybody, and closed at the end."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable

import anyio
import pytest
from starlette.types import Message

from responder._http import forms
from responder._http.body import ClientDisconnect
from responder._http.exchange import exchange
from responder._http.forms import FormData, FormLimits
from responder._http.problems import Problem
from responder._http.request import Request
from responder._http.uploads import UploadFile
from tests.http.incoming import LEFT, SlowWire, Wire, byte_by_byte, chunks, request, wire

pytestmark = pytest.mark.anyio

TYPE = "multipart/form-data; boundary=edge"
URLENCODED = "application/x-www-form-urlencoded"
LARGE = b"0123456789abcdef" * (100 * 1024)


def field(name: str, value: bytes) -> bytes:
    return b'--edge\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)


def file(name: str, filename: str, content: bytes, kind: str = "text/plain") -> bytes:
    head = f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    return f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n"


END = b"--edge--\r\n"
MIXED = (
    field("title", b"one")
    + file("doc", "a.txt", b"first")
    + field("title", "zweï".encode())
    + file("doc", "b.txt", b"second")
    + field("empty", b"")
    + END
)


def spools(form: FormData) -> list[UploadFile]:
    return [upload for _, upload in form.files.multi_items()]


@pytest.mark.parametrize("receive", [lambda: wire(MIXED), lambda: byte_by_byte(MIXED)])
async def test_text_and_files_come_apart(receive: Callable[[], Wire]) -> None:
    req = request(type=TYPE, receive=receive())
    form = await req.form()
    assert form.fields.items_list() == [("title", ["one", "zweï"]), ("empty", [""])]
    assert [upload.filename for upload in form.files.get_list("doc")] == ["a.txt", "b.txt"]
    upload = form.files["doc"]
    assert (upload.filename, upload.content_type, upload.size) == ("b.txt", "text/plain", 6)
    assert await upload.read() == b"second"
    assert [name for name, _ in form.multi_items()] == ["title", "doc", "title", "doc", "empty"]
    await req.close()


async def test_every_reader_shares_one_form() -> None:
    req = request(MIXED, type=TYPE)
    form = await req.form()
    assert await req.media("form") == form.fields
    files = await req.media("files")
    assert files["doc"] is form.files["doc"]
    again = Request({**req.scope}, Wire([]))
    assert await again.form() is form
    assert await again.media() == form.fields
    await req.close()


async def test_readers_at_the_same_time_share_one_form() -> None:
    req = request(receive=SlowWire(chunks(MIXED[:50], MIXED[50:])), type=TYPE)
    seen: list[FormData] = []

    async def read() -> None:
        seen.append(await req.form())

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(read)
    assert seen[0] is seen[1] is seen[2]
    await req.close()


async def test_the_raw_body_is_gone_after_a_multipart_form() -> None:
    req = request(MIXED, type=TYPE)
    await req.form()
    with pytest.raises(RuntimeError, match="read as a form and is gone"):
        await req.content
    await req.close()


async def test_a_body_that_was_read_before_serves_both() -> None:
    req = request(MIXED, type=TYPE)
    assert await req.content == MIXED
    assert (await req.media("form"))["title"] == "zweï"
    assert await req.content == MIXED
    await req.close()


async def test_an_urlencoded_form_leaves_the_raw_body() -> None:
    req = request(b"a=1&a=2&b=%C3%A9+", type=f"{URLENCODED}; charset=utf-8")
    assert (await req.media("form")).items_list() == [("a", ["1", "2"]), ("b", ["é "])]
    assert len(await req.media("files")) == 0
    assert await req.content == b"a=1&a=2&b=%C3%A9+"


async def test_a_large_urlencoded_form_is_read() -> None:
    pairs = "&".join(f"n{number}={'v' * 200}" for number in range(900))
    form = await request(pairs.encode(), type=URLENCODED).form()
    assert len(form.fields) == 900


@pytest.mark.parametrize("type", [None, "application/json", "text/plain"])
async def test_a_body_that_is_no_form_has_no_parts_and_stays(type: str | None) -> None:
    req = request(b"a=1", type=type)
    assert not await req.form()
    assert await req.content == b"a=1"


async def test_a_multipart_body_of_no_bytes_has_no_parts() -> None:
    assert not await request(type=TYPE).form()


@pytest.mark.parametrize(
    "size", [forms.SPOOL_BYTES - 1, forms.SPOOL_BYTES, forms.SPOOL_BYTES + 1, len(LARGE)]
)
@pytest.mark.parametrize("step", [70_000, 1 << 30])
async def test_files_of_any_size_are_whole_and_at_their_start(size: int, step: int) -> None:
    content = LARGE[:size]
    body = file("a", "a.bin", content) + field("text", b"x") + file("b", "b.bin", content) + END
    req = request(*[body[place : place + step] for place in range(0, len(body), step)], type=TYPE)
    form = await req.form()
    assert form.fields["text"] == "x"
    for upload in spools(form):
        assert upload.size == size
        assert await upload.read() == content
        assert form.on_disk() == (size > forms.SPOOL_BYTES)
    await req.close()


@pytest.mark.parametrize("content", [b"small", LARGE])
async def test_files_are_closed_when_the_request_ends(content: bytes) -> None:
    req = request(file("a", "a.bin", content) + END, type=TYPE)
    (upload,) = spools(await req.form())
    assert not upload.closed
    await req.close()
    await req.close()
    assert upload.closed


async def test_files_are_closed_by_a_request_that_is_cancelled_while_closing() -> None:
    req = request(file("a", "a.bin", LARGE) + END, type=TYPE)
    (upload,) = spools(await req.form())
    with anyio.CancelScope() as scope:
        scope.cancel()
        await req.close()
    assert upload.closed


async def test_closing_a_request_that_read_nothing_is_nothing() -> None:
    req = request(MIXED, type=TYPE)
    await req.close()
    assert "responder" not in req.scope


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[UploadFile]:
    """Every upload that is made, also by a reader that fails."""
    made: list[UploadFile] = []

    class Noted(UploadFile):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
            made.append(self)

    monkeypatch.setattr(forms, "UploadFile", Noted)
    return made


@pytest.mark.parametrize("content", [b"small", LARGE])
@pytest.mark.parametrize(
    "rest",
    [
        [LEFT],
        chunks(b"\r\n--edge\r\nbroken header\r\n\r\n"),
        chunks(b"\r\n" + field("big", b"x" * 2_000_000) + END),
        chunks(b""),
    ],
)
async def test_a_form_that_fails_leaves_no_file_open(
    opened: list[UploadFile], content: bytes, rest: list[Message]
) -> None:
    start: Message = {"type": "http.request", "body": file("a", "a", content)[:-2], "more_body": True}
    req = request(type=TYPE, receive=Wire([start, *rest]))
    failures = [pytest.raises((Problem, ClientDisconnect)) for _ in range(2)]
    for failure in failures:
        with failure:
            await req.form()
    assert len(opened) == 1
    assert all(upload.closed for upload in opened)


async def test_a_form_that_is_cancelled_leaves_no_file_open(opened: list[UploadFile]) -> None:
    start: Message = {"type": "http.request", "body": file("a", "a", LARGE)[:-2], "more_body": True}
    with anyio.move_on_after(0.05):
        await request(type=TYPE, receive=Wire([start])).form()
    assert len(opened) == 1
    assert opened[0].closed


class Broken(Exception):
    """What a layer in between may raise."""


@pytest.mark.parametrize("breaks", ["raises", "cancels"])
async def test_whenever_receiving_breaks_off_no_file_stays_open(
    opened: list[UploadFile], breaks: str
) -> None:
    body = file("a", "a", b"small") + file("b", "b", LARGE) + field("c", b"3") + END
    step = 200_000
    complete = count = 0
    for count in range(1, 30):
        opened.clear()
        messages = chunks(*[body[place : place + step] for place in range(0, len(body), step)])
        scope = anyio.CancelScope()
        inner, left = Wire(messages), count

        async def receive(inner: Wire = inner, scope: anyio.CancelScope = scope) -> Message:
            nonlocal left
            left -= 1
            if not left and breaks == "raises":
                raise Broken
            if not left:
                scope.cancel()
                await anyio.sleep_forever()
            return await inner()

        req = request(type=TYPE, receive=receive)
        with scope:
            try:
                await req.form()
            except Broken:
                # Asking again neither hangs nor gives half a form.
                with pytest.raises(RuntimeError, match="gone"):
                    await req.form()
            else:
                complete += 1
        await req.close()
        assert all(upload.closed for upload in opened)
        if complete:
            break
    assert complete
    assert count > 5


@pytest.mark.parametrize(
    ("type", "body", "detail"),
    [
        ("multipart/form-data", MIXED, "Missing boundary in multipart."),
        ("multipart/form-data; boundary=", MIXED, "Missing boundary in multipart."),
        (TYPE, b"no multipart at all", "Invalid multipart data."),
        (TYPE, MIXED[:-10], "Invalid multipart data."),
        (TYPE, field("a", b"1")[:30], "Invalid multipart data."),
        (
            TYPE,
            b"--edge\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END,
            "The Content-Disposition header",
        ),
        (TYPE, b"--edge\r\n\r\nx\r\n" + END, "The Content-Disposition header"),
        ("multipart/form-data; boundary=" + "x" * 5000, MIXED, "Invalid multipart data."),
    ],
)
async def test_a_malformed_form_is_the_clients_fault(type: str, body: bytes, detail: str) -> None:
    req = request(body, type=type)
    with pytest.raises(Problem) as caught:
        await req.form()
    assert caught.value.status_code == 400
    assert caught.value.detail.startswith(detail)
    await req.close()


LIMITS = FormLimits(max_files=2, max_fields=2, max_part_size=10)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (field("a", b"") * 3 + END, "Too many fields. Maximum number of fields is 2."),
        (file("a", "f", b"") * 3 + END, "Too many files. Maximum number of files is 2."),
        (field("a", b"x" * 11) + END, "Part exceeded maximum size of 0KB."),
    ],
)
@pytest.mark.parametrize("cut", [False, True])
async def test_a_form_over_its_limits_is_refused(body: bytes, detail: str, cut: bool) -> None:
    receive = byte_by_byte(body) if cut else wire(body)
    with pytest.raises(Problem) as caught:
        await request(type=TYPE, receive=receive).form(LIMITS)
    assert (caught.value.status_code, caught.value.detail) == (400, detail)


@pytest.mark.parametrize("body", [b"a&b&c", b"a=1&&b=2&c=3", b"a=" + b"x" * 10, b"x" * 11])
async def test_an_urlencoded_form_has_the_same_limits(body: bytes) -> None:
    with pytest.raises(Problem, match="400"):
        await request(body, type=URLENCODED).form(LIMITS)


@pytest.mark.parametrize(
    ("type", "body"),
    [
        (TYPE, field("a", b"x" * 10) * 2 + file("f", "f", b"x" * 50) * 2 + END),
        (URLENCODED, b"&&a=1&b=" + b"x" * 9 + b"&&&&"),
    ],
)
async def test_a_form_at_its_limits_is_read(type: str, body: bytes) -> None:
    req = request(body, type=type)
    assert len((await req.form(LIMITS)).fields.multi_items()) == 2
    await req.close()


async def test_the_limits_of_an_application_count_for_media_too() -> None:
    req = request(b"a&b&c", type=URLENCODED)
    exchange(dict(req.scope))
    scope = dict(req.scope)
    exchange(scope).form_limits = LIMITS
    with pytest.raises(Problem, match="400"):
        await Request(scope, wire(b"a&b&c")).media("form")


@pytest.mark.parametrize("limit", [len(MIXED) - 1, 100, 1, 0])
async def test_a_form_over_the_size_of_a_body_is_too_large(limit: int) -> None:
    for receive in (wire(MIXED), byte_by_byte(MIXED)):
        with pytest.raises(Problem, match="413"):
            await request(type=TYPE, receive=receive, limit=limit).form()


async def test_a_declared_charset_is_used_and_a_bad_one_is_not() -> None:
    body = field("a", "é".encode("latin-1")) + END
    for charset in ("latin-1", "utf-8", "no-such-charset", "unicode_escape"):
        form = await request(body, type=f"{TYPE}; charset={charset}").form()
        assert form.fields["a"] == "é"


async def test_extended_names_smuggle_nothing() -> None:
    body = b"--edge\r\nContent-Disposition: form-data; name=\"a\"; name*=utf-8''b\r\n\r\n1\r\n" + END
    assert dict((await request(body, type=TYPE).form()).fields) == {"a": "1"}


async def test_a_saved_file_is_the_one_that_was_sent(tmp_path: pathlib.Path) -> None:
    req = request(file("a", "../../evil", LARGE) + END, type=TYPE)
    upload = (await req.form()).files["a"]
    assert await upload.save(tmp_path / "kept") == tmp_path / "kept"
    await req.close()
    assert (tmp_path / "kept").read_bytes() == LARGE
    assert os.listdir(tmp_path) == ["kept"]
