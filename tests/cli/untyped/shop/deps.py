"""What it injects; typed, as a registry wants it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from responder import Convertor, Registry, provider


class Session:
    """Stands for one."""

    name = "session"


class DateConvertor(Convertor[date], name="date"):
    """`{day:date}`."""

    pattern = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def convert(self, text: str) -> date:
        return date.fromisoformat(text)


def make_session() -> Iterator[Session]:
    yield Session()


class Deps(Registry):
    session = provider(make_session)
    stock: dict[str, int]
    date = DateConvertor()
