"""Where the entries of a registry are written; looked for only when something is wrong with one of them."""

from __future__ import annotations

import inspect
import re

from responder._routing.errors import Site
from responder.registry import Registry


def site_in(registry: type[Registry] | None, name: str) -> Site | None:
    """Find the line of a registry that gives a name its meaning."""
    for base in () if registry is None else registry.__mro__:
        if name not in vars(base) and name not in vars(base).get("__annotations__", {}):
            continue
        try:
            lines, first = inspect.getsourcelines(base)
            file = inspect.getfile(base)
        except (OSError, TypeError):
            return None
        spelled = re.compile(rf"\s+(?:(?:async\s+)?def\s+)?{name}\s*[:=(]")
        at = next((number for number, line in enumerate(lines) if spelled.match(line)), 0)
        return Site(file, first + at)
    return None
