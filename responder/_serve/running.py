"""The server behind `api.run()`: uvicorn, with defaults fit for the open.

Knows an ASGI application and the environment variable `PORT`, nothing else.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Callable, Coroutine, Mapping
from typing import Literal, Protocol, cast

from starlette.types import ASGIApp

from responder._http.problems import ConfigurationError

Server = Literal["uvicorn", "granian"]
Precedence = Literal["explicit", "env"]

DEFAULT_PORT = 5042
GRACE = 10
"""Seconds that requests in flight have to finish when the server is told to stop."""


class Embedded(Protocol):
    """Granian's server inside our own process."""

    def serve(self) -> Coroutine[object, object, None]:
        """Serve until told to stop."""
        ...


def where(
    address: str | None, port: int | None, precedence: str, environ: Mapping[str, str]
) -> tuple[str, int]:
    """The address and port to listen on.  With `PORT` set the server is meant to be reached from outside."""
    if precedence not in ("explicit", "env"):
        raise ConfigurationError(f'port_precedence is "explicit" or "env", not {precedence!r}.')
    text = environ.get("PORT")
    if text is None or text == "":
        return address or "127.0.0.1", DEFAULT_PORT if port is None else port
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise ConfigurationError(f"The environment variable PORT is not a port: {text!r}.")
    given = int(text)
    chosen = given if port is None or precedence == "env" else port
    return address or "0.0.0.0", chosen  # what PORT asks for


def run(
    app: ASGIApp | str,
    *,
    address: str | None,
    port: int | None,
    debug: bool,
    server: str,
    port_precedence: str,
    options: Mapping[str, object],
) -> None:
    """Serve until told to stop.

    A text says where an application is, as `module:name`; with more than one worker and with reloading each
    process of the server imports it anew.
    """
    host, number = where(address, port, port_precedence, os.environ)
    if server == "uvicorn":
        _run_uvicorn(app, host, number, debug, options)
    elif server == "granian":
        _run_granian(app, host, number, debug, options)
    else:
        raise ConfigurationError(f'server is "uvicorn" or "granian", not {server!r}.')


def _run_uvicorn(
    app: ASGIApp | str, host: str, port: int, debug: bool, options: Mapping[str, object]
) -> None:
    import uvicorn

    chosen: dict[str, object] = {
        "access_log": False,
        "server_header": False,
        "log_level": "debug" if debug else "info",
        "timeout_graceful_shutdown": GRACE,
        **options,
    }
    uvicorn.run(app, host=host, port=port, **chosen)  # type: ignore[arg-type]  # it judges its own options


def _run_granian(
    app: ASGIApp | str, host: str, port: int, debug: bool, options: Mapping[str, object]
) -> None:
    try:
        embed = importlib.import_module("granian.server.embed")
    except ImportError as exc:
        raise RuntimeError("granian is not installed; run: pip install 'responder[granian]'") from exc
    if options.get("workers", 1) != 1:
        raise ConfigurationError("The embedded granian server has one worker; leave workers= out.")
    given = {name: value for name, value in options.items() if name != "workers"}
    level = "debug" if debug else "info"
    make = cast("Callable[..., Embedded]", embed.Server)
    asyncio.run(make(app, address=host, port=port, interface="asgi", log_level=level, **given).serve())
