"""`Request`: lazy views over an ASGI scope and its body.

Nothing is computed before somebody asks: making one costs five assignments.  Several requests over one scope
(in middleware, in a handler) share one body.  Handed to handlers, hooks and providers; knows no response and
no route.
"""

from __future__ import annotations

import datetime
import typing
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Final, Literal, TypeVar, cast, overload

from starlette.datastructures import URL, Address
from starlette.types import Receive, Scope

from responder._http import conditional, threads
from responder._http.body import Body, Replay
from responder._http.bridge import Bridge
from responder._http.contenttypes import charset_of, decodes, detect, text_codec
from responder._http.cookies import parse_cookies
from responder._http.dates import http_date
from responder._http.decoding import decode, format_of, reader, usual_formats
from responder._http.exchange import App, Exchange, exchange, release
from responder._http.forms import FormData, FormLimits
from responder._http.media import Formats, JSONValue
from responder._http.negotiate import EVERYTHING, Range, best, parse_accept, quality
from responder._http.problems import Problem
from responder._http.shutdown import NEVER, Shutdown
from responder._http.structures import Headers, MultiDict, QueryDict, State
from responder._http.uploads import UploadFile
from responder._http.urls import base_url, full_url, quote_path
from responder._http.visitor import Visitor

T = TypeVar("T")
NameT = TypeVar("NameT", bound=str)
_OFF_LOOP: Final = 16 * 1024
"""Bodies above this size that are not JSON are decoded in a thread."""
TextFormat = Literal["json", "yaml", "msgpack"]


class Request(Bridge, Visitor):
    """An HTTP request, or the handshake of a WebSocket."""

    __slots__ = (
        "_accept",
        "_cookies",
        "_encoding",
        "_limit",
        "_params",
        "_receive",
        "_scope",
        "_url",
    )

    _accept: tuple[Range, ...]
    _encoding: str | None
    _url: URL

    def __init__(self, scope: Scope, receive: Receive, limit: int | None = None) -> None:
        self._scope = scope
        self._receive = receive
        self._limit = limit
        self._params: QueryDict | None = None
        self._cookies: dict[str, str] | None = None

    # --- the line and the headers

    @property
    def scope(self) -> Mapping[str, object]:
        """The ASGI scope, to be read only."""
        return self._scope

    @property
    def receive(self) -> Receive:
        """An ASGI `receive` for an application behind this request: what has been read is given again."""
        found = self._scope.get("responder")
        if isinstance(found, Exchange) and (found.body is not None or found.raw is not None):
            return Replay(self._body())
        return self._receive

    @property
    def method(self) -> str:
        """The method, in upper case."""
        return str(self._scope.get("method", "GET")).upper()

    @property
    def path(self) -> str:
        """The path, decoded."""
        return cast("str", self._scope["path"])

    @property
    def url(self) -> URL:
        """The absolute URL: `url.path`, `url.query`, `url.replace(…)`.  Percent-encoded; `path` is not."""
        try:
            return self._url
        except AttributeError:
            self._url = URL(full_url(self._scope))
            return self._url

    @property
    def full_url(self) -> str:
        """The absolute URL with its query, as text."""
        return full_url(self._scope)

    @property
    def headers(self) -> Headers:
        """The headers, by name without case."""
        return Headers(self._scope["headers"])

    @property
    def params(self) -> QueryDict:
        """The query string."""
        if self._params is None:
            self._params = QueryDict(cast("bytes", self._scope.get("query_string", b"")))
        return self._params

    @property
    def path_params(self) -> Mapping[str, object]:
        """The fields of the path, converted."""
        return cast("Mapping[str, object]", self._scope.get("path_params") or {})

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies."""
        if self._cookies is None:
            lines = [value for name, value in self._scope["headers"] if name == b"cookie"]
            self._cookies = parse_cookies(b"; ".join(lines).decode("latin-1"))
        return self._cookies

    @property
    def client(self) -> Address | None:
        """The address of the other side of the connection; None where there is none (a Unix socket)."""
        client = cast("tuple[str, int | None] | None", self._scope.get("client"))
        return None if client is None else Address(client[0], client[1] or 0)

    @property
    def is_secure(self) -> bool:
        """Whether it came by https."""
        return self._scope.get("scheme") in ("https", "wss")

    @property
    def last_event_id(self) -> str | None:
        """Where a client of server-sent events wants to go on."""
        return self.headers.get("last-event-id")

    @property
    def mimetype(self) -> str:
        """The `Content-Type` header as it came, or ""."""
        return self.headers.get("content-type", "")

    @property
    def is_json(self) -> bool:
        """Whether the content type speaks of JSON."""
        return "json" in self.mimetype.lower()

    # --- what is around it

    @property
    def state(self) -> State:
        """A namespace for this request, that starts with what the lifespan left there."""
        return State(self._scope.setdefault("state", {}))

    @property
    def api(self) -> App:
        """The application that serves this request."""
        app = self._app()
        if app is None:
            raise RuntimeError("no application serves this request")
        return app

    @property
    def shutting_down(self) -> Shutdown:
        """Set once the server was told to stop: what would go on for long ends here."""
        found = getattr(self._app(), "shutting_down", None)
        return found if isinstance(found, Shutdown) else NEVER

    @property
    def route_template(self) -> str | None:
        """The path of the route that was chosen, `/users/{id}`: for metrics and logs."""
        path = getattr(self._scope.get("route"), "path_format", None)
        return path if isinstance(path, str) else None

    def url_for(self, target: str | Callable[..., object], /, **params: object) -> str:
        """The absolute URL of a route, by its name or its handler."""
        root = cast("str", self._scope.get("root_path", ""))
        return base_url(self._scope) + quote_path(root.rstrip("/")) + self.api.url_for(target, **params)

    # --- what the client wants

    def check_preconditions(
        self, *, etag: str | None = None, last_modified: datetime.datetime | str | None = None
    ) -> None:
        """Refuse with 412, before anything is changed, what the client wants only of another version.

        `etag` and `last_modified` are those of what is there now, as for `resp.etag`.
        """
        moment = http_date(last_modified) if isinstance(last_modified, datetime.datetime) else last_modified
        tag = None if etag is None else conditional.quoted_etag(etag)
        asked = conditional.read_preconditions(self._scope["headers"])
        if conditional.evaluate(self.method, 200, asked, tag, moment) == 412:
            raise Problem(412, headers={} if tag is None else {"ETag": tag})

    def accepts(self, media_type: str) -> bool:
        """Whether the client takes a media type, or a bare token such as `json`."""
        return quality(self._ranges(), media_type) > 0

    def preferred_media_type(self, candidates: Iterable[NameT]) -> NameT | None:
        """The candidate that the client likes best, None when it takes none; ties keep their order."""
        return best(self._ranges(), candidates)

    # --- the body

    @property
    def content(self) -> Awaitable[bytes]:
        """The whole body: `await request.content`."""
        return self._body().read()

    async def body(self) -> bytes:
        """The whole body."""
        return await self._body().read()

    @property
    def text(self) -> Awaitable[str]:
        """The whole body as text, in its `encoding`: `await request.text`."""
        return self.read_text()

    async def read_text(self) -> str:
        """The whole body as text, in its `encoding`; bytes that do not fit are replaced."""
        return (await self._body().read()).decode(await self._choose_encoding(), "replace")

    @property
    def text_sync(self) -> str:
        """The whole body as text, in a handler that is a plain function."""
        return threads.from_thread(self.read_text)

    @property
    def encoding(self) -> Awaitable[str]:
        """The encoding of the body: as set, as declared, UTF-8 if it is that, else the likeliest."""
        return self._choose_encoding()

    @encoding.setter
    def encoding(self, name: str | None) -> None:
        if name is not None:
            "".encode(name)
        self._encoding = name

    @property
    def declared_encoding(self) -> str | None:
        """The encoding that the client declares: a header `Encoding`, or the charset of its content type."""
        return self.headers.get("encoding") or charset_of(self.mimetype)

    @property
    def apparent_encoding(self) -> Awaitable[str]:
        """The encoding that the body looks like."""
        return self._detect_encoding()

    def stream(self) -> AsyncIterator[bytes]:
        """The body in chunks as they come; afterwards it is gone, unless it had been read before."""
        return self._body().stream()

    async def form(self, limits: FormLimits | None = None) -> FormData:
        """The form: text fields and files.  Taken apart once; a body of another type has no parts."""
        return await self._body().form(exchange(self._scope).form_limits if limits is None else limits)

    @overload
    async def media(self, format: None = None, /) -> JSONValue | QueryDict: ...
    @overload
    async def media(self, format: TextFormat, /) -> JSONValue: ...
    @overload
    async def media(self, format: Literal["form"], /) -> QueryDict: ...
    @overload
    async def media(self, format: Literal["files"], /) -> MultiDict[UploadFile]: ...
    @overload
    async def media(self, format: type[T], /) -> T: ...
    @overload
    async def media(self, format: Callable[[Request], Awaitable[T]], /) -> T: ...
    @overload
    async def media(self, format: str, /) -> object: ...
    async def media(self, format: object = None, /) -> object:
        """The body as a value: by its type, by the name of a format, as a model, or by a function of yours.

        A model may be any type that pydantic reads; what does not fit it is a 422.
        """
        if format is None:
            return await self._decoded(format_of(self.mimetype, self._formats()))
        if isinstance(format, str):
            return await self._decoded(format)
        if isinstance(format, type) or typing.get_origin(format) is not None:
            return await self._as_model(cast("type[object]", format))
        if callable(format):
            return await cast("Callable[[Request], Awaitable[object]]", format)(self)
        raise TypeError(f"media() takes a format's name, a type or a function, not {format!r}")

    @overload
    def media_sync(self, format: None = None, /) -> JSONValue | QueryDict: ...
    @overload
    def media_sync(self, format: TextFormat, /) -> JSONValue: ...
    @overload
    def media_sync(self, format: Literal["form"], /) -> QueryDict: ...
    @overload
    def media_sync(self, format: Literal["files"], /) -> MultiDict[UploadFile]: ...
    @overload
    def media_sync(self, format: type[T], /) -> T: ...
    @overload
    def media_sync(self, format: Callable[[Request], Awaitable[T]], /) -> T: ...
    @overload
    def media_sync(self, format: str, /) -> object: ...
    def media_sync(self, format: object = None, /) -> object:
        """`media` for handlers that are plain functions; elsewhere it raises `RuntimeError`."""
        return threads.from_thread(self.media, cast("str", format))

    async def is_disconnected(self) -> bool:
        """Whether the client has left."""
        return await self._body().is_disconnected()

    async def close(self) -> None:
        """Let go of what the request holds, such as the files of its form."""
        await release(self._scope)

    # --- inside

    def _adopt(self, raw: bytes) -> None:
        """Take a body that was read by hand."""
        self._scope["responder"] = Exchange(raw)

    def _body(self) -> Body:
        return exchange(self._scope).body_of(self._scope, self._receive, self._limit)

    def _app(self) -> App | None:
        return cast("App | None", self._scope.get("app"))

    def _formats(self) -> Formats:
        formats = getattr(self._app(), "formats", None)
        return formats if isinstance(formats, Formats) else usual_formats()

    def _ranges(self) -> tuple[Range, ...]:
        try:
            return self._accept
        except AttributeError:
            lines = self.headers.get_list("accept")
            self._accept = parse_accept(", ".join(lines)) if lines else EVERYTHING
            return self._accept

    async def _decoded(self, name: str) -> object:
        if name == "form":
            return (await self.form()).fields
        if name == "files":
            return (await self.form()).files
        formats = self._formats()
        if name not in formats:
            known = ", ".join([*formats, "form", "files"])
            raise ValueError(f"{name!r} is not a format of this application: {known}")
        content = await self._body().read()
        if name == "json" or len(content) <= _OFF_LOOP:
            return decode(name, content, self.mimetype, formats)
        # Other formats take long enough to be noticed by everybody else on the loop.
        return await threads.run_io(decode, name, content, self.mimetype, formats)

    async def _as_model(self, model: type[T]) -> T:
        name = format_of(self.mimetype, self._formats())
        if name == "form":
            return reader(model).from_form((await self.form()).fields)
        value = await self._decoded(name)
        if name == "json" and text_codec(charset_of(self.mimetype)) in (None, "utf-8", "ascii"):
            return reader(model).from_json(await self._body().read())
        return reader(model).from_value(value)

    async def _choose_encoding(self) -> str:
        chosen: str | None = getattr(self, "_encoding", None)
        if chosen is not None:
            return chosen
        return text_codec(self.declared_encoding) or await self._detect_encoding()

    async def _detect_encoding(self) -> str:
        content = await self._body().read()
        return "utf-8" if decodes(content, "utf-8") else detect(content)
