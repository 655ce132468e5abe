"""What `API(...)` adds to the core when its keywords ask for it: one list, in order.

A battery is imported when it is asked for, so an application pays for what it uses.  Each brings an
`install(api)` and works with public names only; nothing here decides more than whether it is wanted.
"""

from __future__ import annotations

from responder.application import Application
from responder.registry import Registry

__all__ = ["install"]


def install(api: Application[Registry, object]) -> None:
    """Add what the settings of an application ask for."""
    if api.settings.document.docs_route is not None:
        from responder.ext.openapi.pages import install_pages

        install_pages(api)
