"""What `API(...)` adds to the core when its keywords ask for it: one list, in order.

A battery is imported when it is asked for, so an application pays for what it uses.  Each brings an
`install(api)` and works with public names only; nothing here decides more than whether it is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from responder.application import Application
from responder.registry import Registry

if TYPE_CHECKING:
    from responder.ext.health import HealthChecks
    from responder.ext.metrics import MetricsCollector
    from responder.ext.openapi import OpenAPI

__all__ = ["Installed", "install"]


@dataclass(slots=True)
class Installed:
    """What an application has of the batteries that it can be asked for."""

    metrics: MetricsCollector | None = None
    health: HealthChecks | None = None
    openapi: OpenAPI | None = None


def install(api: Application[Registry, object]) -> Installed:
    """Add what the settings of an application ask for."""
    installed = Installed()
    if api.settings.document.version is not None:
        from responder.ext.openapi import install as install_document

        installed.openapi = install_document(api)
    if api.settings.document.docs_route is not None:
        from responder.ext.openapi.pages import install_pages

        install_pages(api)
    if api.settings.watch.metrics_route is not None:
        from responder.ext.metrics import install as install_metrics

        installed.metrics = install_metrics(api)
    if api.settings.watch.logging is not None:
        from responder.ext.logging import install as install_logging

        install_logging(api)
    if api.settings.watch.health_route is not None:
        from responder.ext.health import install as install_health

        installed.health = install_health(api, api.settings.watch.health_route)
    return installed
