"""What every generated Python client begins with: requests described, sent, and their answers judged.

Generated clients stand alone, so the text of this module is copied into each of them; it knows nothing of the
framework, and of third parties only httpx.  `python` writes what follows it.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Final, Generic, Protocol, TypeAlias, TypeVar, cast
from urllib.parse import quote, urlencode

# -- end of imports

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

PlainValue: TypeAlias = str | int | float | bool | None
"""What goes into a path, a query string, a header or a cookie."""
ParameterValue: TypeAlias = (
    PlainValue | Sequence[PlainValue] | Mapping[str, PlainValue | Sequence[PlainValue]]
)
"""The same, with lists and objects of such."""
COOKIE: Final = "!#$%&'()*+-./:<=>?@[]^_`{|}~"
"""What a cookie may hold besides letters and digits; all else is written in percent."""
FileContent: TypeAlias = bytes | IO[bytes]
FileToSend: TypeAlias = FileContent | tuple[str, FileContent] | tuple[str, FileContent, str]
"""A file to send: its content, or its name, its content and perhaps its media type."""


class APIError(Exception):
    """An answer with a status of 400 or more; `problem` is its problem document, if it has one."""

    def __init__(self, status_code: int, body: bytes, problem: Mapping[str, object] | None) -> None:
        self.status_code = status_code
        self.body = body
        self._problem = problem
        super().__init__(f"{status_code} {self.title or ''}".rstrip())

    @property
    def problem(self) -> Mapping[str, object] | None:
        """The members of the problem document."""
        return self._problem

    @property
    def title(self) -> str | None:
        """What this kind of problem is called."""
        return self._text("title")

    @property
    def detail(self) -> str | None:
        """What happened this time."""
        return self._text("detail")

    @property
    def errors(self) -> Sequence[object]:
        """The single faults, when there are several."""
        found = None if self._problem is None else self._problem.get("errors")
        return cast("list[object]", found) if isinstance(found, list) else []

    def _text(self, name: str) -> str | None:
        found = None if self._problem is None else self._problem.get(name)
        return found if isinstance(found, str) else None


class APIValidationError(ValueError):
    """What was to be sent, or what came, is not what the document says."""

    def __init__(self, path: str, expected: str, value: object) -> None:
        super().__init__(f"{path} expected {expected}")
        self.path = path
        self.expected = expected
        self.value = value


@dataclass(frozen=True)
class SSEEvent(Generic[T_co]):
    """One server-sent event, with the comments that came before it."""

    data: T_co
    event: str = "message"
    id: str | None = None
    retry: int | None = None
    comments: tuple[str, ...] = ()


class HttpAnswer(Protocol):
    """What is asked of an answer."""

    @property
    def status_code(self) -> int:
        """The status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        ...

    @property
    def content(self) -> bytes:
        """The whole body."""
        ...


class HttpStream(Protocol):
    """What is asked of an answer that is read as it comes."""

    @property
    def status_code(self) -> int:
        """The status."""
        ...

    def read(self) -> bytes:
        """Read all of the body."""
        ...

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in pieces."""
        ...


class AsyncHttpStream(Protocol):
    """The same, on an event loop."""

    @property
    def status_code(self) -> int:
        """The status."""
        ...

    async def aread(self) -> bytes:
        """Read all of the body."""
        ...

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body in pieces."""
        ...


class HttpSession(Protocol):
    """Who sends requests: an `httpx.Client`, or a test client."""

    def request(self, method: str, url: str, *, headers: dict[str, str], content: bytes | None) -> HttpAnswer:
        """Send a request, and read its answer."""
        ...

    def stream(
        self, method: str, url: str, *, headers: dict[str, str], content: bytes | None
    ) -> AbstractContextManager[HttpStream]:
        """Send a request; its answer is read as it comes."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class AsyncHttpSession(Protocol):
    """The same, on an event loop: an `httpx.AsyncClient`."""

    async def request(
        self, method: str, url: str, *, headers: dict[str, str], content: bytes | None
    ) -> HttpAnswer:
        """Send a request, and read its answer."""
        ...

    def stream(
        self, method: str, url: str, *, headers: dict[str, str], content: bytes | None
    ) -> AbstractAsyncContextManager[AsyncHttpStream]:
        """Send a request; its answer is read as it comes."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


@dataclass
class HttpCall:
    """One request, described."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    content: bytes | None = None
    redirects: bool = False
    """Whether a redirect is a success."""
    returns: str | None = None
    """Name of the schema that a successful answer keeps."""

    def ask(self, name: str, value: ParameterValue, style: str = "") -> None:
        """Put a value into the query string; None is left out.

        A list is put as often as it has items, and an object member by member; or what `style` says: `deep`
        for `name[member]`, and else what stands between the values.
        """
        if isinstance(value, Mapping) and style in ("", "deep"):
            for key, one in value.items():
                self.ask(f"{name}[{key}]" if style else key, one)
        elif style in ("", "deep") or value is None:
            self.query.extend((name, text) for text in texts(value))
        else:
            self.query.append((name, style.join(texts(value))))

    def head(self, name: str, value: ParameterValue) -> None:
        """Send a header; None is left out."""
        if value is not None:
            self.headers[name] = ", ".join(texts(value))

    def cookie(self, name: str, value: ParameterValue) -> None:
        """Send a cookie; None is left out."""
        if value is not None:
            self.cookies[name] = quote(",".join(texts(value)), safe=COOKIE)

    def json(self, value: object, media_type: str = "application/json") -> None:
        """Send a value as JSON."""
        self.headers["Content-Type"] = media_type
        self.content = json.dumps(value, separators=(",", ":"), allow_nan=False).encode()

    def raw(self, value: FileContent, media_type: str) -> None:
        """Send bytes as they are."""
        self.headers["Content-Type"] = media_type
        self.content = content_of(value)

    def form(self, fields: Mapping[str, object]) -> None:
        """Send a form; None is left out."""
        pairs = [(name, text_of(one)) for name, value in fields.items() for one in several(value)]
        self.headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.content = urlencode(pairs).encode()

    def multipart(self, fields: Mapping[str, object], files: Sequence[str]) -> None:
        """Send a form with files; `files` are the names of those."""
        boundary = uuid.uuid4().hex
        parts: list[bytes] = []
        for name, value in fields.items():
            parts.extend(part(boundary, name, one, name in files) for one in several(value))
        parts.append(f"--{boundary}--\r\n".encode())
        self.headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        self.content = b"".join(parts)

    @property
    def target(self) -> str:
        """The path with the query string."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


def text_of(value: object) -> str:
    """A value as it is written in a URL, a header or a form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, allow_nan=False) if isinstance(value, Mapping | list) else str(value)


def texts(value: ParameterValue) -> list[str]:
    """The values of a parameter; none for None.  An object has its names among them."""
    if isinstance(value, Mapping):
        return [text for key, one in value.items() if one is not None for text in (key, *texts(one))]
    if value is None or isinstance(value, str | int | float):
        return [] if value is None else [text_of(value)]
    return [text_of(one) for one in value if one is not None]


def several(value: object) -> list[object]:
    """The values of a field of a form; none for None."""
    found = cast("list[object]", value) if isinstance(value, list) else [value]
    return [one for one in found if one is not None]


def as_json(value: object) -> str | None:
    """A parameter that is JSON; None is left out."""
    return None if value is None else json.dumps(value, separators=(",", ":"), allow_nan=False)


def segment(value: ParameterValue) -> str:
    """A value as one segment of a path, which dots alone are not: they would mean another path."""
    text = ",".join(quote(one, safe="") for one in texts(value))
    return text.replace(".", "%2E") if text in (".", "..") else text


def content_of(value: FileContent) -> bytes:
    """The bytes of a file."""
    return bytes(value) if isinstance(value, bytes | bytearray) else value.read()


def part(boundary: str, name: str, value: object, is_file: bool) -> bytes:
    """One part of a multipart form."""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{quoted(name)}"'
    if not is_file:
        return f"{head}\r\n\r\n{text_of(value)}\r\n".encode()
    media_type = "application/octet-stream"
    filename = name
    content = cast("FileContent", value)
    if isinstance(value, tuple):
        filename, content, *rest = cast("tuple[str, FileContent, str]", value)
        media_type = rest[0] if rest else media_type
    head += f'; filename="{quoted(filename)}"\r\nContent-Type: {quoted(media_type)}\r\n\r\n'
    return head.encode() + content_of(content) + b"\r\n"


def quoted(text: str) -> str:
    """A name inside quotes, as browsers write it."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


class LineReader:
    """Bytes as they come, to lines; CR, LF and both together end one."""

    def __init__(self) -> None:
        self._rest = b""
        self._begun = False

    def feed(self, data: bytes, last: bool = False) -> list[str]:
        """The lines that are complete now."""
        data = self._rest + data
        self._rest = b""
        if data.endswith(b"\r") and not last:
            data, self._rest = data[:-1], b"\r"
        lines = re.split(rb"\r\n|\r|\n", data)
        tail = lines.pop()
        if last and tail:
            lines.append(tail)
        else:
            self._rest = tail + self._rest
        texts = [line.decode("utf-8", "replace") for line in lines]
        if texts and not self._begun:
            self._begun = True
            texts[0] = texts[0].removeprefix("\ufeff")
        return texts


class EventReader:
    """LineReader, to server-sent events."""

    def __init__(self) -> None:
        self._data: list[str] = []
        self._comments: list[str] = []
        self._event = ""
        self._id: str | None = None
        self._retry: int | None = None

    def feed(self, line: str) -> SSEEvent[object] | None:
        """The event that the line completes."""
        if line:
            self._field(line)
            return None
        if not self._data:
            self._event, self._comments = "", []
            return None
        data, comments = "\n".join(self._data), tuple(self._comments)
        event = SSEEvent(decoded(data), self._event or "message", self._id, self._retry, comments)
        self._data, self._comments, self._event, self._retry = [], [], "", None
        return event

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            self._comments.append(value)
        elif name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdecimal():
            self._retry = int(value)


def decoded(text: str) -> object:
    """JSON where it is JSON, and the text itself where it is not."""
    try:
        return cast("object", json.loads(text))
    except ValueError:
        return text


def problem_of(body: bytes) -> Mapping[str, object] | None:
    """The problem document of an answer, if it is one."""
    try:
        found: object = json.loads(body)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    members = cast("dict[str, object]", found)
    fits = isinstance(members.get("status"), int) and isinstance(members.get("title"), str)
    return members if fits else None


def basic(user: str, password: str) -> str:
    """The header of basic authentication."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
