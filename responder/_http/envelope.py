"""What goes around a body: status, headers, validators, caching, after-response tasks.

The bodiless half of `Response`, on which every answer is built.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

from typing_extensions import Unpack

from responder._http.caching import CacheControl, cache_control_value, merged_vary
from responder._http.conditional import quoted_etag
from responder._http.dates import http_date
from responder._http.extras import Extras, Task
from responder._http.headers import ResponseHeaders

P = ParamSpec("P")
R = TypeVar("R")


class Envelope:
    """A status and, when asked for, everything else but the body."""

    __slots__ = ("_extras", "status_code")

    _extras: Extras | None

    status_code: int | None
    """The status; `None` until it is set, and sent as 200 then."""

    def _more(self) -> Extras:
        extras = self._extras
        if extras is None:
            extras = self._extras = Extras()
        return extras

    @property
    def headers(self) -> ResponseHeaders:
        """The headers set so far; a name set here wins over the framework's own."""
        return self._more().headers

    @headers.setter
    def headers(self, value: Mapping[str, str]) -> None:
        self._more().headers = ResponseHeaders(value)

    @property
    def etag(self) -> str | None:
        """The `ETag`: quotes are added when they are missing."""
        return None if self._extras is None else self._extras.headers.get("ETag")

    @etag.setter
    def etag(self, value: str | None) -> None:
        if value is None:
            self.headers.pop("ETag", None)
        else:
            self.headers["ETag"] = quoted_etag(value)

    @property
    def last_modified(self) -> str | None:
        """`Last-Modified`: set it to a datetime (UTC if naive) or to a date in HTTP's form."""
        return None if self._extras is None else self._extras.headers.get("Last-Modified")

    @last_modified.setter
    def last_modified(self, value: datetime.datetime | str | None) -> None:
        if value is None:
            self.headers.pop("Last-Modified", None)
        else:
            self.headers["Last-Modified"] = value if isinstance(value, str) else http_date(value)

    @property
    def ok(self) -> bool:
        """Whether this is a success; a status that is not set yet counts as 200."""
        return self.status_code is None or 200 <= self.status_code < 300

    @property
    def status_code_safe(self) -> int:
        """The status; `RuntimeError` while it is not set."""
        if self.status_code is None:
            raise RuntimeError("The status code of this response has not been set yet")
        return self.status_code

    def cache_control(self, **directives: Unpack[CacheControl]) -> None:
        """Set `Cache-Control`: `resp.cache_control(public=True, max_age=3600)`."""
        self.headers["Cache-Control"] = cache_control_value(directives)

    def vary(self, *fields: str) -> None:
        """Add request header fields that this answer depends on."""
        headers = self.headers
        headers["Vary"] = merged_vary(headers.get("Vary", ""), fields)

    def background(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Callable[P, R]:
        """Call this after the response was sent.  Tasks run in order, sync ones in a thread."""
        self._more().tasks.append(Task(function, args, kwargs))
        return function
