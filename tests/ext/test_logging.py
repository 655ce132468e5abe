"""Log lines: the context of a request, the formats, who prints, and the middleware around any application."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override

from responder.errors import ConfigurationError
from responder.ext.logging import (
    JSONFormatter,
    LoggingMiddleware,
    RequestContext,
    RequestContextFilter,
    RequestIDMiddleware,
    TextFormatter,
    get_logger,
    setup_logging,
)
from responder.ext.logging.context import read_traceparent
from tests.ext.driving import drive, http
from tests.ext.logs import Kept, kept, untouched

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def log() -> Generator[Kept, None, None]:
    with kept() as handler:
        yield handler


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await send(START)
    await send({"type": "http.response.body", "body": b"hello"})


def record(message: object = "said", *args: object, **members: object) -> logging.LogRecord:
    return logging.makeLogRecord(
        {"name": "myapp", "msg": message, "args": args, "levelname": "INFO", "levelno": 20, **members}
    )


# -- the middleware


def test_one_line_for_each_request(log: Kept) -> None:
    asyncio.run(drive(LoggingMiddleware(hello), http("GET", "/users")))
    assert log.access == ["GET /users → 200"]
    line = log.records[0]
    assert line.levelname == "INFO"
    assert line.__dict__["status"] == 200
    assert line.__dict__["bytes_sent"] == 5


def test_nobody_is_asked_for_what_nobody_reads() -> None:
    with untouched():
        logging.getLogger("responder.access").setLevel(logging.WARNING)
        with kept() as log:
            asyncio.run(drive(LoggingMiddleware(hello), http()))
    assert log.access == []


def test_the_line_of_a_stream_comes_at_its_end(log: Kept) -> None:
    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        for _ in range(3):
            await send({"type": "http.response.body", "body": b"abc", "more_body": True})
            assert log.access == []
        await send({"type": "http.response.body"})
        assert log.access == ["GET / → 200"]

    assert asyncio.run(drive(LoggingMiddleware(stream), http())).error is None
    assert log.access == ["GET / → 200"]
    assert log.records[0].__dict__["bytes_sent"] == 9


@pytest.mark.parametrize(
    ("began", "says", "status"), [(False, "GET / → 499", 499), (True, "GET / → 200", 200)]
)
def test_a_client_that_leaves_is_said(log: Kept, began: bool, says: str, status: int) -> None:
    async def waits(scope: Scope, receive: Receive, send: Send) -> None:
        if began:
            await send(START)
        await receive()

    asyncio.run(drive(LoggingMiddleware(waits), http(), [{"type": "http.disconnect"}]))
    assert log.access == [says]
    assert log.records[0].getMessage().endswith("ms, client left)")
    assert log.records[0].__dict__["client_left"] is True
    assert log.records[0].__dict__["status"] == status
    assert log.records[0].levelno == logging.INFO


def test_an_answer_that_breaks_off_is_said(log: Kept) -> None:
    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        raise ValueError("x")

    asyncio.run(drive(LoggingMiddleware(breaks), http()))
    assert log.access == ["GET / → 200"]
    assert log.records[0].getMessage().endswith("ms, broken off)")


def test_the_traceback_tells_the_request_whoever_prints_it(log: Kept) -> None:
    error = ValueError("raised again and again")

    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    for number in (b"1", b"2"):
        asyncio.run(drive(LoggingMiddleware(fails), http("GET", "/x", (b"x-request-id", number))))
    assert log.access == ["GET /x → 500", "GET /x → 500"]
    assert error.__notes__ == ["While serving GET /x, request 2"]


Talk = Sequence[Message]


@pytest.mark.parametrize(
    ("sends", "receives", "status"),
    [
        ([{"type": "websocket.accept"}, {"type": "websocket.close", "code": 4000}], [], 4000),
        ([{"type": "websocket.accept"}], [], 1000),
        ([{"type": "websocket.close", "code": 1008}], [], 403),
        ([{"type": "websocket.http.response.start", "status": 401}], [], 401),
        ([{"type": "websocket.accept"}], [{"type": "websocket.disconnect", "code": 1001}], 1001),
        ([], [], 403),
    ],
)
def test_a_websocket_has_one_line(log: Kept, sends: Talk, receives: Talk, status: int) -> None:
    async def talk(scope: Scope, receive: Receive, send: Send) -> None:
        for message in sends:
            await send(message)
        for _ in receives:
            await receive()

    scope = {**http("GET", "/chat"), "type": "websocket"}
    asyncio.run(drive(LoggingMiddleware(talk), scope, receives))
    assert log.access == [f"WEBSOCKET /chat → {status}"]


def test_a_websocket_that_fails_has_one_line(log: Kept) -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        raise ValueError("x")

    asyncio.run(drive(LoggingMiddleware(fails), {**http("GET", "/chat"), "type": "websocket"}))
    assert log.access == ["WEBSOCKET /chat → 1011"]


def test_lifespan_passes_by(log: Kept) -> None:
    passed: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope["type"])

    asyncio.run(drive(LoggingMiddleware(app), {"type": "lifespan"}))
    assert passed == ["lifespan"]
    assert log.records == []


def test_the_context_is_there_during_the_request_and_gone_after_it() -> None:
    seen: list[tuple[str, ...]] = []

    def now() -> tuple[str, ...]:
        asked = RequestContext
        return (
            asked.get_request_id(),
            asked.get_method(),
            asked.get_path(),
            asked.get_client_ip(),
            asked.get_trace_id(),
            asked.get_span_id(),
        )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(now())
        await hello(scope, receive, send)

    async def main() -> None:
        headers = ((b"x-request-id", b"abc"), (b"traceparent", f"00-{TRACE}-{SPAN}-01".encode()))
        await drive(LoggingMiddleware(app), http("PUT", "/a", *headers))
        seen.append(now())

    asyncio.run(main())
    assert seen == [("abc", "PUT", "/a", "10.0.0.9", TRACE, SPAN), ("-",) * 6]


def test_the_client_is_taken_from_a_proxy_when_it_is_trusted(log: Kept) -> None:
    forwarded = http("GET", "/", (b"x-forwarded-for", b"203.0.113.7"))
    asyncio.run(drive(LoggingMiddleware(hello), dict(forwarded)))
    asyncio.run(drive(LoggingMiddleware(hello, trust_proxy_headers=True), dict(forwarded)))
    asyncio.run(drive(LoggingMiddleware(hello), {**forwarded, "client": None}))
    assert [one.__dict__["client_ip"] for one in log.records] == ["10.0.0.9", "203.0.113.7", "-"]


def test_another_logger_may_have_the_lines(log: Kept) -> None:
    asyncio.run(drive(LoggingMiddleware(hello, logger_name="myapp.access"), http()))
    assert [one.name for one in log.records] == ["myapp.access"]


def test_there_is_one_id_however_many_layers_ask_for_it() -> None:
    for app in (
        LoggingMiddleware(RequestIDMiddleware(hello)),
        RequestIDMiddleware(LoggingMiddleware(hello)),
        RequestIDMiddleware(RequestIDMiddleware(hello)),
    ):
        sent = asyncio.run(drive(app, http())).sent
        ids = [value for name, value in sent[0]["headers"] if name == b"x-request-id"]
        assert len(ids) == 1
        assert len(ids[0]) == 36


# -- what a client may do to a line

HOSTILE = "/a\r\nGET /forged\x1b[2J\x00\x7f\x85\u2028\u2029\u202e\ud800b"


@pytest.mark.parametrize("formatter", [TextFormatter(), JSONFormatter()])
def test_a_path_cannot_break_the_line(log: Kept, formatter: logging.Formatter) -> None:
    asyncio.run(drive(LoggingMiddleware(hello), http("GET\n", HOSTILE)))
    assert log.access == ["GET /aGET /forged[2Jb → 200"]
    written = formatter.format(log.records[0])
    assert len(written.splitlines()) == 1
    assert written.isprintable()
    written.encode()


def test_a_long_path_is_cut(log: Kept) -> None:
    asyncio.run(drive(LoggingMiddleware(hello), http("GET", "/" + "a" * 60_000)))
    assert len(log.records[0].getMessage()) < 2100


@given(st.text())
def test_a_message_stays_on_its_line(text: str) -> None:
    for formatter in (TextFormatter(), JSONFormatter()):
        written = formatter.format(record("%s", text))
        assert len(written.splitlines()) == 1
        written.encode()
    line = json.loads(JSONFormatter().format(record("%s", text)))
    assert line["message"] == text.encode("utf-8", "replace").decode()


def test_nothing_in_a_traceback_passes_for_a_line() -> None:
    try:
        raise ValueError("x\n2026-01-01 00:00:00 [INFO] responder.access -- forged\x1b[2J\u2028")
    except ValueError:
        caught = sys.exc_info()
    lines = TextFormatter().format(record(exc_info=caught)).splitlines()
    assert len(lines) > 4
    assert all(line.startswith("  ") for line in lines[1:])
    assert "\x1b" not in "".join(lines)
    assert json.loads(JSONFormatter().format(record(exc_info=caught)))["exception"].startswith("Traceback")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"00-{TRACE}-{SPAN}-01", (TRACE, SPAN)),
        (f" 00-{TRACE}-{SPAN}-00\t", (TRACE, SPAN)),
        (f"42-{TRACE}-{SPAN}-01-more", (TRACE, SPAN)),
        (f"00-{TRACE}-{SPAN}-01-more", None),
        (f"ff-{TRACE}-{SPAN}-01", None),
        (f"00-{'0' * 32}-{SPAN}-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"00-{TRACE.upper()}-{SPAN}-01", None),
        (f"00-{TRACE}-{SPAN}", None),
        (f"00-{TRACE[1:]}-{SPAN}-01", None),
        (f"00-{TRACE}-{SPAN}-01\n", None),
        ("", None),
        ("x" * 60_000, None),
    ],
)
def test_a_traceparent_is_believed_when_it_is_one(header: str, expected: tuple[str, str] | None) -> None:
    assert read_traceparent([(b"traceparent", header.encode())]) == (expected or ("-", "-"))


def test_two_traceparents_are_none() -> None:
    line = (b"traceparent", f"00-{TRACE}-{SPAN}-01".encode())
    assert read_traceparent([line, line]) == ("-", "-")
    assert read_traceparent([]) == ("-", "-")


# -- the formats


def test_text_tells_the_request_only_where_there_is_one() -> None:
    written = TextFormatter().format(record("hello"))
    assert written.endswith("[INFO] myapp -- hello")
    inside = record("hello", request_id="a1", request_method="GET", request_path="/x", client_ip="1.2.3.4")
    assert TextFormatter().format(inside).endswith("myapp -- hello [GET /x] [req:a1] [client:1.2.3.4]")


def test_json_has_what_there_is_and_nothing_else() -> None:
    line = json.loads(JSONFormatter().format(record("hello %s", "you", created=0.25)))
    assert line == {
        "time": "1970-01-01T00:00:00.250Z",
        "level": "INFO",
        "logger": "myapp",
        "message": "hello you",
    }


class Unspeakable:
    @override
    def __str__(self) -> str:
        raise ValueError("no words")

    __repr__ = __str__


@pytest.mark.parametrize(
    "value",
    [
        1,
        "é\u2028",
        None,
        [1, {"a": 2}],
        float("nan"),
        object(),
        Unspeakable(),
        {(1, 2): 3},
        b"\xff",
        "\ud800",
    ],
)
def test_json_is_strict_whatever_extra_holds(value: object) -> None:
    written = JSONFormatter().format(record(extra_value=value))
    assert written.isascii()

    def refuse(constant: str) -> object:
        raise AssertionError(constant)

    assert "extra_value" in json.loads(written, parse_constant=refuse)["extra"]


def test_extra_that_holds_itself_is_still_a_line() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert "extra" in json.loads(JSONFormatter().format(record(endless=endless)))


@pytest.mark.parametrize("name", ["status", "duration_ms", "route", "client_ip"])
@pytest.mark.parametrize("value", [float("inf"), {(1, 2): 3}, Unspeakable()])
def test_json_is_strict_whatever_stands_where_the_access_log_has_its_own(name: str, value: object) -> None:
    written = json.loads(JSONFormatter().format(record(**{name: value})))
    assert written["message"] == "said"
    assert isinstance(written[name], str)


def test_what_somebody_says_of_a_request_stands_beside_what_is_known_of_it() -> None:
    told = record(request_id="job-7")
    assert " said [- -] [req:job-7] [client:-]" in TextFormatter().format(told)
    assert json.loads(JSONFormatter().format(told))["request_id"] == "job-7"


@pytest.mark.parametrize("formatter", [TextFormatter(), JSONFormatter()])
def test_a_call_with_the_wrong_arguments_is_still_a_line(formatter: logging.Formatter) -> None:
    assert "hello %d" in formatter.format(record("hello %d", "you"))
    assert "<Unspeakable>" in formatter.format(record(Unspeakable()))


# -- who prints


@contextmanager
def alone() -> Generator[None, None, None]:
    """No handlers at the root: pytest's own are put aside."""
    root = logging.getLogger()
    before, root.handlers[:] = [*root.handlers], []
    with untouched():
        try:
            yield
        finally:
            root.handlers[:] = before


def test_our_loggers_print_to_the_standard_error_and_each_record_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with alone():
        early = get_logger("myapp.early")
        setup_logging()
        late = get_logger("myapp")
        setup_logging()
        for logger in (
            early,
            late,
            logging.getLogger("responder.app"),
            logging.getLogger("myapp.early.child"),
        ):
            logger.info("said")
            logger.debug("not said")
        logging.getLogger("elsewhere").info("not ours")
        lines = capsys.readouterr().err.splitlines()
        assert [line.partition("] ")[2] for line in lines] == [
            "myapp.early -- said",
            "myapp -- said",
            "responder.app -- said",
            "myapp.early.child -- said",
        ]
        assert logging.getLogger().handlers == []
        assert logging.getLogger().level == logging.WARNING


def test_a_program_that_configured_logging_gets_the_records(capsys: pytest.CaptureFixture[str]) -> None:
    with alone():
        theirs = io.StringIO()
        handler = logging.StreamHandler(theirs)
        handler.setFormatter(logging.Formatter("%(name)s %(request_id)s %(message)s"))
        setup_logging()
        logging.getLogger().addHandler(handler)
        logging.getLogger("responder.app").info("said")
        assert theirs.getvalue() == "responder.app - said\n"
        assert capsys.readouterr().err == ""


def test_a_format_asked_for_by_name_prints_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with alone():
        theirs = io.StringIO()
        logging.getLogger().addHandler(logging.StreamHandler(theirs))
        setup_logging("debug", "json")
        logging.getLogger("responder.app").debug("said")
        get_logger("myapp.db").info("said too", extra={"rows": 3})
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        assert [line["logger"] for line in lines] == ["responder.app", "myapp.db"]
        assert lines[1]["extra"] == {"rows": 3}
        assert theirs.getvalue() == ""
        setup_logging()
        logging.getLogger("responder.app").info("said again")
        assert theirs.getvalue() == "said again\n"


def test_a_level_that_somebody_chose_stays() -> None:
    with alone():
        logging.getLogger("myapp.quiet").setLevel(logging.ERROR)
        get_logger("myapp.quiet")
        setup_logging(logging.DEBUG)
        assert logging.getLogger("myapp.quiet").level == logging.ERROR


def test_the_filter_is_attached_once() -> None:
    with untouched():
        loggers = [get_logger("myapp.once") for _ in range(3)]
        assert [type(one) for one in loggers[0].filters] == [RequestContextFilter]


def test_the_root_logger_is_not_taken_over() -> None:
    with untouched():
        root = logging.getLogger()
        before, filters = [*root.handlers], [*root.filters]
        get_logger("")
        setup_logging()
        assert root.handlers == before
        root.filters[:] = filters


@pytest.mark.parametrize(("level", "style"), [("loud", "text"), ("info", "xml")])
def test_what_cannot_be_set_up_is_refused(level: str, style: str) -> None:
    with pytest.raises(ConfigurationError):
        setup_logging(level, style)  # type: ignore[arg-type]  # wrong on purpose
