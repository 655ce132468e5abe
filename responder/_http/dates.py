"""Dates as HTTP writes them: one form out, the three of RFC 9110 in."""

from __future__ import annotations

import datetime
from email.utils import parsedate_to_datetime
from typing import Final

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(moment: datetime.datetime) -> str:
    """`Sun, 06 Nov 1994 08:49:37 GMT`.  A naive moment is taken as UTC."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC)
    return (
        f"{_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} {moment.year:04}"
        f" {moment:%H:%M:%S} GMT"
    )


def parse_http_date(text: str) -> datetime.datetime | None:
    """The moment, in UTC and whole seconds; `None` for what is not a date."""
    if len(text) > 64:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=datetime.UTC)
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError:
        return None
