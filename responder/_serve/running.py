"""The server behind `api.run()`: uvicorn, with defaults fit for the open and an end that is ours.

Knows an ASGI application, or where one is, and the environment variable `PORT`.  Called by the application.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Literal, Protocol, cast

from starlette.types import ASGIApp

from responder._http.packages import MissingPackage
from responder._http.problems import ConfigurationError
from responder._serve.exits import tell_all
from responder._serve.lastresort import LEFT_BEHIND, LastResort

Server = Literal["uvicorn", "granian"]
Precedence = Literal["explicit", "env"]

DEFAULT_PORT = 5042
GRACE = 10.0
"""Seconds that everything has to end in when the server is told to stop, unless another number is given."""


class Embedded(Protocol):
    """Granian's server inside our own process."""

    def serve(self) -> Coroutine[object, object, None]:
        """Serve until told to stop."""
        ...

    def stop(self) -> None:
        """Begin to end."""
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
    # They import uvicorn, which an application that is only tested or imported doesn't need.
    from responder._serve import server, workers

    given = dict(options)
    stopping = server.Stopping(_grace(given), _seconds("shutdown_delay", given.pop("shutdown_delay", 0.0)))
    count = _count(given.pop("workers", None))
    chosen: dict[str, object] = {
        "access_log": False,
        "server_header": False,
        "log_level": "debug" if debug else "info",
        **given,
        "host": host,
        "port": port,
    }
    if count == 1 or chosen.get("reload"):
        server.serve(app, chosen, stopping)
    else:
        workers.serve(workers.Job(app if isinstance(app, str) else _place_of(app), chosen, stopping), count)


def _grace(options: dict[str, object]) -> float:
    """The grace period, taken from the options; by uvicorn's name for it too."""
    ours, theirs = options.pop("grace_period", None), options.pop("timeout_graceful_shutdown", None)
    if ours is not None and theirs is not None:
        raise ConfigurationError("grace_period= and timeout_graceful_shutdown= are the same; give one.")
    chosen = theirs if ours is None else ours
    seconds = _seconds("grace_period", GRACE if chosen is None else chosen)
    if not seconds:
        raise ConfigurationError("grace_period= is a number of seconds above 0.")
    return seconds


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ConfigurationError(f"{name}= is a number of seconds, not {value!r}.")
    return float(value)


def _count(workers: object) -> int:
    if workers is None:
        return 1
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ConfigurationError(f"workers= is a number of processes, not {workers!r}.")
    return workers


def _place_of(app: ASGIApp) -> str:
    """Where an application is: every worker has to import it."""
    # Copies, because other threads, and finalizers, may import while we look.
    for place, module in sorted(sys.modules.copy().items(), key=lambda item: item[0] != "__main__"):
        for name, value in vars(module).copy().items():
            if value is app:
                return f"{place}:{name}"
    raise ConfigurationError(
        "workers= needs an application that is a global name of its module, because every worker imports it."
    )


def _run_granian(
    app: ASGIApp | str, host: str, port: int, debug: bool, options: Mapping[str, object]
) -> None:
    import pkgutil  # which nothing else here needs

    try:
        embed = importlib.import_module("granian.server.embed")
    except ImportError as exc:
        raise MissingPackage("The other server", "granian", extra="granian") from exc
    if options.get("workers") not in (None, 1):
        raise ConfigurationError("The embedded granian server has one worker; leave workers= out.")
    given = dict(options)
    grace = _grace(given) + _seconds("shutdown_delay", given.pop("shutdown_delay", 0.0))
    given.pop("workers", None)
    level = "debug" if debug else "info"
    make = cast("Callable[..., Embedded]", embed.Server)
    target: object = pkgutil.resolve_name(app) if isinstance(app, str) else app
    asyncio.run(
        _serve_embedded(
            make(target, address=host, port=port, interface="asgi", log_level=level, **given), grace
        )
    )


async def _serve_embedded(server: Embedded, grace: float) -> None:
    """Serve until a signal comes: this server leaves signals to whoever embeds it."""
    loop = asyncio.get_running_loop()
    last_resort = LastResort()
    told: list[int] = []

    def hear(number: int) -> None:
        told.append(number)
        if len(told) == 1:
            reason = f"The server did not end within {grace:g} seconds; what still runs is left behind."
            last_resort.end_after(grace, LEFT_BEHIND, reason)
            tell_all()
            server.stop()
        else:
            last_resort.end_after(0.0, 128 + number, "The server was ended by force.")

    heard: list[int] = []
    if threading.current_thread() is threading.main_thread() and sys.platform != "win32":
        heard = [signal.SIGTERM, signal.SIGINT]
    for number in heard:
        loop.add_signal_handler(number, hear, number)
    try:
        await server.serve()
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
        last_resort.call_off()
