"""A mypy plugin that reads routes by the rules that the run time uses.

    [mypy]
    plugins = responder_mypy

- `plugin`: the table from full names to hooks, and what makes caches stale.
- `version`: which versions of mypy are supported.

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
