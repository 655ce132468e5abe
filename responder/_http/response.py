"""`Response`: what a handler wants said.  It holds the intent and sends nothing.

There is one body, and the last assignment wins.  A response is made for nearly every request, so it is five
slots; headers, cookies and everything rarer live in `Extras`, which is made when first asked for.

Generated endpoints read four slots directly:

`status_code`   what was set, or `None`
`_kind`         one of the constants below: which sort of body `_value` is
`_value`        NONE: None.  MEDIA: any value.  TEXT, HTML: str.  RAW: bytes or str.  PROBLEM: a `Problem`.
                FOREIGN: a Starlette response that sends itself.  FILE: a `FileBody`.  STREAM: a `Stream`.
`_extras`       `None` as long as there are no headers, cookies, background tasks, `mimetype` or `encoding`
"""

from __future__ import annotations

import codecs
import datetime
from collections.abc import Mapping, MutableMapping, Sequence
from http.cookies import SimpleCookie
from typing import Generic, cast

from starlette.responses import Response as StarletteResponse
from typing_extensions import TypeVar

from responder._http import returned
from responder._http.checks import expect
from responder._http.exchange import exchange
from responder._http.extras import (
    FOREIGN,
    HTML,
    KIND_TYPES,
    MEDIA,
    NONE,
    PROBLEM,
    RAW,
    TEXT,
    Extras,
    Task,
    encode_headers,
)
from responder._http.files import FileBody
from responder._http.headers import encode_uri
from responder._http.locations import is_external
from responder._http.problems import Problem
from responder._http.rendering import Rendering
from responder._http.request import Request
from responder._http.setcookies import SameSite, cookie_line
from responder._http.sources import Sourced
from responder._http.streams import Stream
from responder.sessions import replace_session

__all__ = [
    "FOREIGN",
    "HTML",
    "MEDIA",
    "NONE",
    "PROBLEM",
    "RAW",
    "TEXT",
    "Extras",
    "Response",
    "encode_headers",
]

MediaT = TypeVar("MediaT", default=object)


class Response(Sourced, Rendering, Generic[MediaT]):
    """What is sent back.  Set a body (`text`, `html`, `media` or `content`), a status, headers, cookies."""

    __slots__ = ("_request",)

    def __init__(self, request: Request | None = None) -> None:
        self.status_code = None
        self._kind = 0
        self._value = None
        self._extras = None
        self._request = request

    # -- the body: the last assignment wins

    @property
    def media(self) -> MediaT | None:
        """A value that is sent in the format the client prefers, JSON unless it asks for another."""
        return cast("MediaT", self._value) if self._kind == MEDIA else None

    @media.setter
    def media(self, value: MediaT) -> None:
        self._kind = MEDIA
        self._value = value

    def set_media(self, value: object) -> None:
        """`media =`, whatever the declared type: for values that a handler returned."""
        self._kind = MEDIA
        self._value = value

    @property
    def text(self) -> str | None:
        """A body of plain text."""
        return cast("str", self._value) if self._kind == TEXT else None

    @text.setter
    def text(self, value: str) -> None:
        self._words(TEXT, value)

    def set_text(self, value: str) -> None:
        """`text =`."""
        self._words(TEXT, value)

    @property
    def html(self) -> str | None:
        """A body of HTML."""
        return cast("str", self._value) if self._kind == HTML else None

    @html.setter
    def html(self, value: str) -> None:
        self._words(HTML, value)

    def set_html(self, value: str) -> None:
        """`html =`."""
        self._words(HTML, value)

    def _words(self, kind: int, value: str) -> None:
        expect(value, str, "Text", "; use resp.media for other values")
        self._kind = kind
        self._value = value
        if self._extras is not None:
            self._extras.mimetype = None

    @property
    def content(self) -> bytes | str | None:
        """A body as it is: bytes are `application/octet-stream` unless `mimetype` says what they are."""
        return cast("bytes | str", self._value) if self._kind in (RAW, TEXT, HTML) else None

    @content.setter
    def content(self, value: bytes | str) -> None:
        self.set_content(value)

    def set_content(self, value: bytes | str) -> None:
        """`content =`."""
        expect(value, (bytes, str), "Content", "; use resp.media for other values")
        self._kind = RAW
        self._value = value

    def set_foreign(self, answer: StarletteResponse) -> None:
        """Answer with a Starlette response.

        One whose body is known becomes this response's own, so that hooks see it and every rule of sending
        holds.  A streaming one, a file, or one with a sending of its own is kept and sends itself.
        """
        self.status_code = answer.status_code
        if type(answer).__call__ is not StarletteResponse.__call__:
            self._kind = FOREIGN
            self._value = answer
            return
        extras = self._more()
        self._kind = RAW
        self._value = body = bytes(answer.body)
        own_type = ""
        replaced: set[str] = set()
        for raw_name, raw_value in answer.raw_headers:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            if name == "content-type":
                own_type = value
            elif name == "content-length":
                continue
            elif name in replaced or name == "set-cookie":
                extras.headers.append(name, value)
            else:
                extras.headers[name] = value
                replaced.add(name)
        extras.headers.pop("Content-Type", None)
        extras.own_type = (body, own_type)
        if answer.background is not None:
            extras.tasks.append(Task(answer.background, (), {}))

    def apply(self, result: object, contract: returned.Contracted | None = None) -> None:
        """Put what a handler returned onto this response; `TypeError` or `ValueError` for what is none.

        `None` changes nothing.  A body replaces the one that was set; headers, cookies and status stay.
        """
        returned.apply(self, result, contract)

    def clear(self) -> None:
        """Forget everything: a fresh response to the same request."""
        self.status_code = None
        self._kind = NONE
        self._value = None
        self._extras = None

    @property
    def cookies(self) -> SimpleCookie:
        """Bare cookies, without attributes unless you give them: `resp.cookies["theme"] = "dark"`."""
        extras = self._more()
        if extras.bare_cookies is None:
            extras.bare_cookies = SimpleCookie()
        return extras.bare_cookies

    @property
    def mimetype(self) -> str | None:
        """The media type of the body; `None` where the framework chooses or there is none."""
        extras = self._extras
        if extras is not None and extras.mimetype is not None:
            return extras.mimetype or None
        if self._kind == RAW and isinstance(self._value, bytes):
            return "application/octet-stream"
        if isinstance(self._value, FileBody):
            return self._value.content_type
        if isinstance(self._value, Stream):
            return self._value.media_type
        return KIND_TYPES.get(self._kind)

    @mimetype.setter
    def mimetype(self, value: str | None) -> None:
        self._more().mimetype = value

    @property
    def encoding(self) -> str:
        """How text is encoded."""
        return "utf-8" if self._extras is None else self._extras.encoding

    @encoding.setter
    def encoding(self, value: str) -> None:
        codecs.lookup(value)
        self._more().encoding = value

    @property
    def session(self) -> MutableMapping[str, object]:
        """The client's session, the same one as `req.session`; assigning replaces what it holds."""
        return self.req.session

    @session.setter
    def session(self, value: Mapping[str, object]) -> None:
        replace_session(self.req.session, value)

    @property
    def req(self) -> Request:
        """The request this answers; `RuntimeError` for a response that answers none."""
        if self._request is None:
            raise RuntimeError("This response was made without a request")
        return self._request

    def keep_header(self, name: str, value: str) -> None:
        """Set a header that the answer carries also when it is an error's, which otherwise begins anew."""
        self._more().headers[name] = value
        if self._request is None:
            return
        shared = exchange(self._request._scope)
        if shared.kept is None:
            shared.kept = {}
        shared.kept[name] = value

    def set_cookie(
        self,
        key: str,
        value: str = "",
        expires: datetime.datetime | str | int | None = None,
        path: str | None = "/",
        domain: str | None = None,
        max_age: int | None = None,
        secure: bool = False,
        httponly: bool = True,
        samesite: SameSite | None = "lax",
    ) -> None:
        """Send a cookie.  `expires` is a moment, a finished text, or seconds from now."""
        flags = (secure, httponly, samesite)
        line = cookie_line(
            key, value, expires=expires, max_age=max_age, path=path, domain=domain, flags=flags
        )
        self._more().cookies[key, domain, path] = line

    def delete_cookie(
        self,
        key: str,
        *,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = True,
        samesite: SameSite | None = "lax",
    ) -> None:
        """Make the client forget a cookie; path and domain must be those it was set with."""
        epoch = datetime.datetime.fromtimestamp(0, datetime.UTC)
        self.set_cookie(key, "", epoch, path, domain, 0, secure, httponly, samesite)

    # -- whole answers

    def redirect(
        self,
        location: str,
        *,
        set_text: bool = True,
        status_code: int | None = None,
        permanent: bool = False,
        allow_external: bool = True,
    ) -> None:
        """Send the client elsewhere: 307, or 308 when permanent.

        With `allow_external=False` a location that leaves this site is refused with 400: use it for whatever
        comes from a client, such as `?next=`.
        """
        if not allow_external and is_external(location):
            raise Problem(400, "Refusing to redirect to an external URL")
        if status_code is None:
            status_code = 308 if permanent else 307
        elif not 300 <= status_code <= 399:
            raise ValueError(f"A redirect has a status from 300 to 399, not {status_code!r}")
        self.status_code = status_code
        self.headers["Location"] = encode_uri(location)
        if set_text:
            self.text = f"Redirecting to: {location}"

    def created(
        self,
        media: MediaT | None = None,
        *,
        location: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """201, with where the new thing is and, if you like, what it is."""
        self.status_code = 201
        if media is not None:
            self.media = media
        if location is not None:
            self.headers["Location"] = encode_uri(location)
        if headers:
            self.headers.update(headers)

    def no_content(self, *, headers: Mapping[str, str] | None = None) -> None:
        """204: done, nothing to say."""
        self.status_code = 204
        self._kind = NONE
        self._value = None
        if self._extras is not None:
            self._extras.mimetype = None
            self._extras.headers.pop("Content-Type", None)
        if headers:
            self.headers.update(headers)

    def problem(
        self,
        status: int,
        detail: str | None = None,
        *,
        title: str | None = None,
        type: str | None = None,
        instance: str | None = None,
        errors: Sequence[object] | None = None,
        headers: Mapping[str, str] | None = None,
        **extensions: object,
    ) -> None:
        """Answer with a problem document, without raising."""
        self.show(
            Problem(
                status,
                detail,
                title=title,
                type=type,
                instance=instance,
                errors=errors,
                headers=headers,
                **extensions,
            )
        )

    def show(self, problem: Problem) -> None:
        """Make a `Problem` the answer, headers included."""
        self.status_code = problem.status_code
        self._kind = PROBLEM
        self._value = problem
        if self._extras is not None:
            self._extras.mimetype = None
            self._extras.headers.pop("Content-Type", None)
        if problem.headers:
            self.headers.update(problem.headers)
