"""Before and after hooks: which of them run for a route, decided once.

A hook under a prefix runs for the paths below it.  Whether a route's paths all lie there can mostly be told
from its template; only where a path field may or may not lead under the prefix is the path looked at per
request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from starlette.types import Scope

from responder._contract.convertors import ConvertorFacts
from responder._contract.findings import Finding, found
from responder._contract.frozen import frozen
from responder._contract.template import Template, prefixes
from responder._routing.paths import route_path
from responder._routing.reader import CallStyle, display_name, read


@frozen
class Hook:
    """One hook, read: how to call it, and the prefix to compare the path with where that cannot be settled
    before.
    """

    name: str
    function: Callable[..., object]
    style: CallStyle
    takes: int
    below: re.Pattern[str] | None = None


def read_hook(function: Callable[..., object], most: int) -> Hook | Finding:
    """Read a hook that may take up to `most` arguments: the request, and the response."""
    name = display_name(function)
    one = read(function, name, {})
    required = 0
    possible = 0
    for param in one.signature.params:
        if param.kind == "var-positional":
            possible = most
        elif param.kind in ("positional", "positional-only"):
            possible += 1
            required += not param.has_default
        elif param.kind == "keyword" and not param.has_default:
            return found("hook-signature", hook=name, expected=_expected(most))
    if one.style in ("gen", "asyncgen"):
        return found("hook-generator", hook=name)
    if required > most or possible == 0:
        return found("hook-signature", hook=name, expected=_expected(most))
    return Hook(name, function, one.style, min(possible, most))


def below(
    hook: Hook, prefix: Template | None, route: Template | None, known: Mapping[str, ConvertorFacts]
) -> Hook | None:
    """Say whether a hook of a prefix concerns a route: as it is, never (None), or by the path of each
    request; without a template every path may lead to the route.
    """
    if prefix is None or prefix.text in ("", "/"):
        return hook
    verdict = None if route is None else prefixes(prefix, route, known)
    if verdict is True:
        return hook
    return None if verdict is False else replace(hook, below=_pattern(prefix, known))


def _pattern(prefix: Template, known: Mapping[str, ConvertorFacts]) -> re.Pattern[str]:
    parts = [
        re.escape(part) if isinstance(part, str) else f"(?:{known[part.convertor].pattern})"
        for part in prefix.parts
    ]
    return re.compile(f"{''.join(parts).removesuffix('/')}(?:/.*)?", re.DOTALL)


def is_below(scope: Scope, pattern: re.Pattern[str]) -> bool:
    """Whether a request's path equals a prefix or continues it with a slash."""
    return pattern.fullmatch(route_path(scope)) is not None


def kept(hooks: Iterable[Hook | None]) -> tuple[Hook, ...]:
    """Leave out the hooks that do not concern a route."""
    return tuple(hook for hook in hooks if hook is not None)


def _expected(most: int) -> str:
    return "(req, resp) or (req)" if most == 2 else "(ws)"
