"""The application in a process that the server started: for several workers, and for reloading.

Such a process imports what it serves by name.  It is always `application` of this module, which loads the
target that the command left for it; so files can be targets too.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from responder.errors import ConfigurationError
from responder.ext.cli.load import App, load
from responder.ext.cli.targets import InvalidTarget, read_target
from responder.serving import debugging

PLACE: Final = "responder.ext.cli.served:application"
"""What the server is told to import and to call."""

_VARIABLE: Final = "RESPONDER_CLI_SERVES"


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is to serve, and where it will be reached if that is to be said."""

    target: str
    base: str
    debug: bool = False
    address: str | None = None


def leave(order: Order) -> None:
    """Leave an order for the processes that will be started."""
    os.environ[_VARIABLE] = json.dumps(asdict(order))


def application() -> App:
    """Load what was ordered.  The order is not handed on to what the application starts itself."""
    text = os.environ.pop(_VARIABLE, None)
    if text is None:
        raise RuntimeError("This is for the processes of `responder run` and `responder dev` only.")
    order = _read(json.loads(text))
    try:
        with ExitStack() as stack:
            if order.debug:
                stack.enter_context(debugging())
            app = load(read_target(order.target, Path(order.base))).application
    except (InvalidTarget, ConfigurationError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None
    if order.address is not None:
        announce(app, order.address)
    return app


def _read(given: Mapping[str, object]) -> Order:
    address = given["address"]
    return Order(
        str(given["target"]),
        str(given["base"]),
        bool(given["debug"]),
        None if address is None else str(address),
    )


def announce(app: App, address: str) -> None:
    """Say where an application answers, and where its documentation is."""
    lines = ["", f"  {app.settings.title or 'Responder'}: {address}"]
    docs = app.settings.document.docs_route
    if docs is not None:
        lines.append(f"  Documentation: {address}{docs}")
    sys.stderr.write("\n".join((*lines, "", "")))


def address_of(host: str, port: int) -> str:
    """The address that a browser on this machine opens."""
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
