"""`sunset=`: the day on which an operation ends, told with each of its answers (RFC 8594).

A hook like any other, put behind the route's own by `settle`.
"""

from __future__ import annotations

import datetime
from email.utils import format_datetime

from responder._contract.frozen import frozen
from responder._http.request import Request
from responder._http.response import Response


def moment_of(value: object) -> datetime.datetime | None:
    """The moment that a date or a time with a zone means; a date ends where it begins in UTC."""
    if isinstance(value, datetime.datetime):
        return None if value.tzinfo is None else value.astimezone(datetime.UTC)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    return None


@frozen
class Farewell:
    """Sends the header `Sunset`."""

    moment: datetime.datetime

    async def __call__(self, req: Request, resp: Response) -> None:
        """Add the header, unless the handler said another day."""
        if "Sunset" not in resp.headers:
            resp.headers["Sunset"] = format_datetime(self.moment, usegmt=True)
