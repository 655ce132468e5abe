"""`responder run` and `responder dev`: serve an application.

One process serves what was loaded here, so that a wrong target is told before anything listens.  For several
workers and for reloading the server starts processes of its own, which load the target through `served`.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack

from starlette.types import ASGIApp

from responder.ext.cli import served
from responder.ext.cli.commands import Command, Usage, declare_target, port, positive, seconds, target_of
from responder.ext.cli.load import Loaded, load
from responder.ext.cli.targets import Target
from responder.serving import debugging, listens_on, serve


def _declare_where(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--host", metavar="ADDRESS", help="the address to listen on (127.0.0.1; 0.0.0.0 when PORT is set)"
    )
    parser.add_argument(
        "--port", type=port, metavar="N", help="the port to listen on (PORT of the environment, or 5042)"
    )


def _declare_run(parser: ArgumentParser) -> None:
    declare_target(parser)
    _declare_where(parser)
    parser.add_argument(
        "--workers", type=positive, default=1, metavar="N", help="how many processes serve (1)"
    )
    parser.add_argument(
        "--server", choices=("uvicorn", "granian"), default="uvicorn", help="what serves (uvicorn)"
    )
    parser.add_argument("--reload", action="store_true", help="start anew whenever a file changes")
    parser.add_argument("--debug", action="store_true", help="debug mode: tracebacks are shown to clients")
    parser.add_argument(
        "--grace-period",
        type=seconds,
        metavar="SECONDS",
        help="how long everything has to end in when the server is told to stop (10)",
    )
    parser.add_argument(
        "--shutdown-delay",
        type=seconds,
        metavar="SECONDS",
        help="how long to serve on before that, not ready any more, for load balancers to notice (0)",
    )
    parser.add_argument(
        "--limit-max-requests",
        type=positive,
        metavar="N",
        help="end a process when it has served so many requests",
    )


def _declare_dev(parser: ArgumentParser) -> None:
    declare_target(parser)
    _declare_where(parser)
    parser.add_argument("--no-reload", action="store_true", help="don't start anew when a file changes")


def _run(arguments: Namespace) -> int:
    uvicorn = arguments.server == "uvicorn"
    if not uvicorn and arguments.limit_max_requests is not None:
        raise Usage("--limit-max-requests is an option of uvicorn; leave out --server granian.")
    if not uvicorn and arguments.reload:
        raise Usage("--reload is an option of uvicorn; leave out --server granian.")
    if not uvicorn and arguments.workers > 1:
        raise Usage("granian is embedded and has one worker; leave out --workers or --server granian.")
    if arguments.reload and arguments.workers > 1:
        raise Usage("--reload serves from one process; leave out --workers.")
    options: dict[str, object] = {}
    if arguments.limit_max_requests is not None:
        options["limit_max_requests"] = arguments.limit_max_requests
    if arguments.grace_period is not None:
        options["grace_period"] = arguments.grace_period
    if arguments.shutdown_delay is not None:
        options["shutdown_delay"] = arguments.shutdown_delay
    target = target_of(arguments)
    if target.kind == "url" and (arguments.reload or arguments.workers > 1):
        raise Usage("What an address serves is run by one process; leave out --workers and --reload.")
    if arguments.reload:
        return _serve_reloading(target, arguments, debug=arguments.debug, told=False, options=options)
    loaded = _load(target, debug=arguments.debug)
    debug = loaded.application.debug
    if arguments.workers > 1:
        _leave(target, debug=arguments.debug, address=None)
        options |= {"workers": arguments.workers, "factory": True}
        return _serve(served.PLACE, arguments, debug=debug, options=options)
    return _serve(loaded.application, arguments, debug=debug, options=options)


def _dev(arguments: Namespace) -> int:
    target = target_of(arguments)
    if not arguments.no_reload and target.kind != "url":
        return _serve_reloading(target, arguments, debug=True, told=True, options={})
    loaded = _load(target, debug=True)
    served.announce(loaded.application, _address(arguments))
    return _serve(loaded.application, arguments, debug=True, options={})


def _load(target: Target, *, debug: bool) -> Loaded:
    with ExitStack() as stack:
        if debug:
            stack.enter_context(debugging())
        loaded = load(target)
    # What is wrong with it is told before anything listens.
    _ = loaded.application.operations
    return loaded


def _leave(target: Target, *, debug: bool, address: str | None) -> None:
    served.leave(served.Order(target.text, str(target.base), debug, address))


def _serve_reloading(
    target: Target, arguments: Namespace, *, debug: bool, told: bool, options: dict[str, object]
) -> int:
    _leave(target, debug=debug, address=_address(arguments) if told else None)
    more = {"reload": True, "reload_dirs": _watched(target), "factory": True}
    return _serve(served.PLACE, arguments, debug=debug, options={**options, **more})


def _watched(target: Target) -> list[str]:
    """The folders in which a change means a fresh start: the project's, and that of a file elsewhere."""
    folders = [target.base]
    if target.kind == "file":
        own = (target.base / target.place).resolve().parent
        folders += [] if own.is_relative_to(target.base.resolve()) else [own]
    return [str(folder) for folder in folders]


def _address(arguments: Namespace) -> str:
    host, number = listens_on(arguments.host, arguments.port, "explicit", os.environ)
    return served.address_of(host, number)


def _serve(app: ASGIApp | str, arguments: Namespace, *, debug: bool, options: dict[str, object]) -> int:
    try:
        serve(
            app,
            address=arguments.host,
            port=arguments.port,
            debug=debug,
            server=getattr(arguments, "server", "uvicorn"),
            port_precedence="explicit",
            options=options,
        )
    except RuntimeError as error:
        if isinstance(error.__cause__, ImportError):  # the server is not installed
            raise Usage(str(error)) from None
        raise
    return 0


RUN = Command(
    "run",
    "serve an application",
    """\
examples:
  responder run shop.app                      the application `api` of the module shop.app
  responder run shop/app.py:store             the application `store` of a file
  responder run --port 8000 --workers 4       what pyproject.toml names, from four processes
  PORT=8000 responder run shop.app            as hosting services ask for: on 0.0.0.0:8000""",
    _declare_run,
    _run,
)
DEV = Command(
    "dev",
    "serve while you work on it: debug mode, and a fresh start whenever a file changes",
    """\
examples:
  responder dev app.py
  responder dev shop.app:store --port 8000""",
    _declare_dev,
    _dev,
)
