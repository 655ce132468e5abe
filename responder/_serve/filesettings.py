"""The settings about files, forms and threads: each one check that gives the value to keep.

Called by `settings`.  Looks at no disk; `static` does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final, cast

from responder._http.forms import FormLimits
from responder._http.problems import ConfigurationError
from responder._serve.static import Usual


def _wrong(name: str, value: object, wanted: str) -> ConfigurationError:
    return ConfigurationError(f"API({name}=...) must be {wanted}, not {value!r}.")


def _directory(name: str, value: object) -> object:
    # Whether a path-like object holds text or bytes cannot be asked of its class.
    path = cast("str | os.PathLike[str]", value)
    if isinstance(value, str | os.PathLike) and os.fspath(path):
        return path
    raise _wrong(name, path, "a path")


def _static_dir(name: str, value: object) -> object:
    return value if value is None or value is Usual.STATIC else _directory(name, value)


def _prefix(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or (value and not value.startswith("/")) or "{" in value:
        raise _wrong(name, value, "a path that starts with '/' and has no fields, or None")
    return value.rstrip("/")


def _limits(name: str, value: object) -> FormLimits | None:
    if value is None:
        return None
    if not isinstance(value, FormLimits):
        raise _wrong(name, value, "a FormLimits or None")
    return value


def _threads(name: str, value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    raise _wrong(name, value, "a number of threads above 0, or None")


FILE_CHECKS: Final[Mapping[str, Callable[[str, object], object]]] = {
    "static_dir": _static_dir,
    "static_route": _prefix,
    "templates_dir": _directory,
    "form_limits": _limits,
    "worker_threads": _threads,
}
