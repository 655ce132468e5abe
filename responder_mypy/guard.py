"""No fault of the plugin may take mypy down.

An exception in a hook would end the whole run with "INTERNAL ERROR"; wrapped, it is one diagnostic under the
code `responder`, and the type stays what it is without the plugin.  With the environment variable
`RESPONDER_MYPY_DEBUG` the exception goes on, as the plugin's own tests want it.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from mypy.nodes import Context
from mypy.plugin import CheckerPluginInterface

from responder_mypy.codes import RESPONDER

DEBUG: Final = "RESPONDER_MYPY_DEBUG"


class Asked(Protocol):
    """What every context of a checker hook has."""

    @property
    def api(self) -> CheckerPluginInterface: ...
    @property
    def context(self) -> Context: ...


C = TypeVar("C", bound=Asked)
T = TypeVar("T")


def guarded(hook: Callable[[C], T], otherwise: Callable[[C], T]) -> Callable[[C], T]:
    """The hook, which after a fault tells it and gives what it would have given without the plugin."""

    @functools.wraps(hook)
    def run(ctx: C) -> T:
        try:
            return hook(ctx)
        except Exception as fault:
            if os.environ.get(DEBUG):
                raise
            what = f"{type(fault).__name__}: {fault}"
            text = f"Internal error in responder_mypy ({what}); set {DEBUG}=1 to see where"
            ctx.api.fail(text, ctx.context, code=RESPONDER)
            return otherwise(ctx)

    return run
