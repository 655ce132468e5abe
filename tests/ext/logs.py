"""What is logged while a test runs, and logging as it was before."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from typing_extensions import override


class Kept(logging.Handler):
    """Keeps every record."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def by(self, name: str) -> list[logging.LogRecord]:
        """The records of one logger."""
        return [one for one in self.records if one.name == name]

    @property
    def access(self) -> list[str]:
        """What the access lines say, up to the time they tell."""
        return [one.getMessage().rpartition(" (")[0] for one in self.by("responder.access")]


@dataclass
class _State:
    handlers: list[logging.Handler]
    filters: list[object]
    level: int
    propagate: bool


def _ours() -> list[logging.Logger]:
    known = logging.root.manager.loggerDict
    roots = ("responder", "uvicorn", "myapp")
    return [logging.getLogger(name) for name in [*known, *roots] if name.split(".")[0] in roots]


@contextmanager
def untouched() -> Generator[None, None, None]:
    """Let the block set logging up, and set it back."""
    before = {one: _State([*one.handlers], [*one.filters], one.level, one.propagate) for one in _ours()}
    try:
        yield
    finally:
        for logger in _ours():
            state = before.get(logger, _State([], [], logging.NOTSET, True))
            logger.handlers[:] = state.handlers
            logger.filters[:] = state.filters  # type: ignore[assignment]  # they were in there
            logger.propagate = state.propagate
            logger.setLevel(state.level)


@contextmanager
def kept() -> Generator[Kept, None, None]:
    """Keep what our loggers and the application's say."""
    handler = Kept()
    with untouched():
        for name in ("responder", "myapp"):
            logging.getLogger(name).addHandler(handler)
            logging.getLogger(name).setLevel(logging.DEBUG)
        yield handler
