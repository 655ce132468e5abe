"""Which loggers are ours, who prints what they say, and where.

The root logger is never touched.  A program that has configured it gets our records there, with the request
on each; otherwise one printer writes them to the standard error.  Asked for a format by name, the printer
writes in it whatever else there is, and the records go nowhere else.
"""

from __future__ import annotations

import logging
import sys
from typing import Final, Literal, TypeAlias

from typing_extensions import override

from responder.errors import ConfigurationError
from responder.ext.logging.context import RequestContextFilter
from responder.ext.logging.formats import JSONFormatter, TextFormatter

__all__ = ["LineFormat", "get_logger", "setup_logging"]

LineFormat: TypeAlias = Literal["auto", "text", "json"]

_OURS: Final = ("responder", "responder.app", "responder.access", "responder.errors")
_SERVER: Final = "uvicorn"
_MARK: Final = "_printed_by_responder"


class _Printer(logging.Handler):
    """Writes to the standard error, each record once; in `auto` only while nobody has configured the root."""

    def __init__(self) -> None:
        super().__init__()
        self.alone = False

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        if _MARK in record.__dict__ or (not self.alone and logging.getLogger().handlers):
            return
        # A logger and one above it may both be ours.
        record.__dict__[_MARK] = True
        try:
            text = self.format(record)
            # Looked up each time, because it is exchanged by those who capture it.
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


class _Desk:
    """What was set up, and the loggers that were asked for before or after."""

    def __init__(self) -> None:
        self.printer = _Printer()
        self.level: int | None = None
        self.known: dict[str, logging.Logger] = {}
        self._levels: dict[str, int] = {}
        self._silenced: set[str] = set()

    def know(self, name: str) -> logging.Logger:
        """A logger of ours from now on, with the request on its records."""
        logger = logging.getLogger(name)
        if not any(isinstance(one, RequestContextFilter) for one in logger.filters):
            logger.addFilter(RequestContextFilter())
        if logger is not logging.getLogger() and logger.name not in self.known:
            self.known[logger.name] = logger
            if self.level is not None:
                self._equip(logger, self.level)
        return logger

    def open(self, level: int, style: LineFormat) -> None:
        """Print what our loggers say."""
        self.level = level
        self.printer.alone = style != "auto"
        self.printer.setFormatter(JSONFormatter() if style == "json" else TextFormatter())
        for name in _OURS:
            self.know(name)
        server = logging.getLogger(_SERVER)
        if not server.handlers:
            # The server's own words, tracebacks among them, unless it prints them itself.
            self.known[_SERVER] = server
        for logger in self.known.values():
            self._equip(logger, level)

    def _equip(self, logger: logging.Logger, level: int) -> None:
        if logger.name.startswith("responder."):
            return  # what it says comes by the one above it
        if self.printer not in logger.handlers:
            logger.addHandler(self.printer)
        # A level that somebody chose for this logger stays.
        if logger.level in (logging.NOTSET, self._levels.get(logger.name)):
            logger.setLevel(level)
            self._levels[logger.name] = level
        if self.printer.alone and logger.propagate:
            logger.propagate = False
            self._silenced.add(logger.name)
        elif not self.printer.alone and logger.name in self._silenced:
            logger.propagate = True
            self._silenced.discard(logger.name)


_desk: Final = _Desk()


def get_logger(name: str) -> logging.Logger:
    """A logger whose records tell of the request that is being served; printed like the framework's own."""
    return _desk.know(name)


def setup_logging(level: int | str = logging.INFO, format: LineFormat = "auto") -> None:
    """Print what our loggers say from `level` on.  What `API(enable_logging=...)` does; may be called again.

    "auto" writes text, and leaves the word to the handlers of the root logger once it has some; "text" and
    "json" always write, and the records go nowhere else.
    """
    number = logging.getLevelNamesMapping().get(level.upper()) if isinstance(level, str) else level
    if number is None:
        raise ConfigurationError(f"There is no log level {level!r}.")
    if format not in ("auto", "text", "json"):
        raise ConfigurationError(f'Logs are written as "auto", "text" or "json", not {format!r}.')
    _desk.open(number, format)
