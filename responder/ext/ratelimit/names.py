"""What budgets are called, so that they are told apart: in one backend, and in one server that several share.

A name that was given is the user's.  One that was not is made of the module that the limiter was made in, and
of its numbers: the same in every process that runs the same code, and another for another application.
"""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Final

from responder.errors import ConfigurationError
from responder.ext.ratelimit.hits import Policy

_given: Final[weakref.WeakKeyDictionary[object, dict[str, Policy]]] = weakref.WeakKeyDictionary()
"""What is counted under which given name in a backend."""
_made: Final[weakref.WeakValueDictionary[str, object]] = weakref.WeakValueDictionary()
"""The limiters without a given name, by the one that was made up."""


def claimed(policy: Policy, backend: object) -> Policy:
    """The policy, if no other of its name in this backend means something else."""
    try:
        claims = _given.setdefault(backend, {})
    except TypeError:  # a backend that cannot be remembered
        return policy
    if claims.setdefault(policy.name, policy) != policy:
        raise ConfigurationError(
            f"Two rate limits of one backend are called {policy.name!r}, and differ: give each its own name=."
        )
    return policy


def placed(policy: Policy, limiter: object) -> Policy:
    """The policy under a name of the limiter's own.

    Limiters of one module that have the same numbers are numbered in the order they were made in.  No name
    that was given has a colon, so neither is mistaken for the other.
    """
    first = name = f"{_module_making(limiter)}:{policy.name}"
    number = 1
    while name in _made:
        number += 1
        name = f"{first}.{number}"
    _made[name] = limiter
    return replace(policy, name=name)


def _module_making(limiter: object) -> str:
    """The module whose code makes an object: the first that is not the object's own `__init__`."""
    frame = inspect.currentframe()
    while frame is not None and (frame.f_globals.get("__name__") == __name__ or _begins(frame, limiter)):
        frame = frame.f_back
    return "" if frame is None else _name_of(frame.f_globals)


def _begins(frame: FrameType, limiter: object) -> bool:
    return frame.f_code.co_name == "__init__" and any(one is limiter for one in frame.f_locals.values())


def _name_of(module: Mapping[str, object]) -> str:
    """The name of a module, and of the one that is run as well: `app` for `python app.py`."""
    name = str(module.get("__name__", ""))
    if name != "__main__":
        return name
    spec = getattr(module.get("__spec__"), "name", None)
    return spec if isinstance(spec, str) else Path(str(module.get("__file__", ""))).stem
