"""Metrics, health checks and logs: what may be a check, and what comes back typed."""

from __future__ import annotations

import logging
from typing import assert_type

from responder import API
from responder.ext.health import HealthReport
from responder.ext.logging import LogLine, RequestContext, get_logger, setup_logging
from responder.ext.metrics import MetricsCollector, MetricsMiddleware

api = API(metrics_route="/metrics", metrics_buckets=(0.1, 1), health_route="/health", enable_logging="json")

assert_type(api.metrics, MetricsCollector | None)
assert_type(api.health_route, str | None)


async def ping() -> bool:
    return True


def nothing() -> None: ...


api.add_health_check("a", ping)
api.add_health_check("b", nothing, timeout=1, kind="liveness")
api.add_health_check("c", lambda: True)
api.add_health_check("d", lambda: ping())


@api.health_check
def bare() -> bool:
    return True


assert_type(bare(), bool)


@api.health_check("named", timeout=2)
async def named() -> bool:
    return True


@api.health_check(kind="liveness")
def alive() -> bool | None:
    return None


assert_type(alive(), bool | None)


async def call() -> None:
    assert_type(await named(), bool)


def read(report: HealthReport, line: LogLine) -> None:
    assert_type(report["checks"]["a"]["status"], str)
    assert_type(line["time"], str)


api.add_outer_middleware(MetricsMiddleware, MetricsCollector(per_route=True))
assert_type(get_logger("shop"), logging.Logger)
assert_type(RequestContext.get_request_id(), str)
setup_logging("debug", "text")
