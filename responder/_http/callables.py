"""Whether calling something gives a coroutine: functions, instances, partials.  Knows nothing of requests."""

from __future__ import annotations

import functools
import inspect


def is_async(function: object) -> bool:
    """Whether this is a coroutine function, a partial of one, or an instance whose call is one."""
    while isinstance(function, functools.partial):
        function = function.func
    call = inspect.getattr_static(type(function), "__call__", None)
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)
