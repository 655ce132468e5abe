"""A mypy plugin that reads routes by the rules that the run time uses.

    [mypy]
    plugins = responder_mypy

- `plugin`: the table from full names to hooks, and what makes caches stale; `guard`: no fault is mypy's end.
- `routes`, `views`, `classes`, `dependencies`, `registries`, `urls`: what the hooks do.
- `reading`, `shapes`, `markers`, `annotated`, `sources`, `constants`: from mypy's trees and types to what the
  contract's rules are written against.
- `worlds`, `made`, `bindings`: which names and convertors there are; `specs`: a route as a type holds it.
- `calls`: what `client.call` is given.
- `principals`: whom the guards of a route let in; `raising`: problems that are raised and not declared.
- `options`, `hooks`, `unreadable`, `unresolved`: what is written and wrong, though its type is right.
- `rivals`: routes of one module that are in each other's way.
- `providers`, `responses`: what only a type checker can say; `telling`: where a finding belongs.
- `promises`, `answers`, `flow`, `evident`, `fields`: what a handler's body answers, and what was promised.
- `inferring`: types for handlers that have none.
- `codes`, `names`, `settings`, `version`: error codes, watched names, what users may set, supported versions.
- `memory`: what is worked out once in a run.
- `compat`: what is used of mypy beyond its plugin interface.

Only `responder._contract` is shared with the framework; nothing here imports Starlette or pydantic.
"""

from __future__ import annotations

from mypy.plugin import Plugin

from responder._contract.version import __version__ as __version__
from responder_mypy.plugin import ResponderPlugin
from responder_mypy.version import supported


def plugin(version: str) -> type[Plugin]:
    """The plugin for this version of mypy; the name and the signature are mypy's own."""
    supported(version)
    return ResponderPlugin
