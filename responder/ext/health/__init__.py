"""Health: named checks, and the endpoints that orchestrators and load balancers ask.

Three paths, by default below `/health`:

- `/health` and `/health/ready`: every check; 503 when one fails, and while the application is shutting down;
- `/health/live`: the checks that were added with `kind="liveness"`; 503 means that only a restart helps.

Installed by `API(health_route=...)`, or by the first check that is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NotRequired, TypedDict

import anyio

from responder.application import Application
from responder.errors import ConfigurationError
from responder.ext.health.checks import TIMEOUT, Check, Kind, NamedCheck, Verdict, make_check
from responder.registry import Registry
from responder.types import Request, Response

__all__ = ["TIMEOUT", "Check", "CheckResult", "HealthChecks", "HealthReport", "Kind", "install"]

ROUTE: Final = "/health"
"""Where health is told unless `health_route` says otherwise."""


class CheckResult(TypedDict):
    """What is told of one check."""

    status: str
    detail: NotRequired[str]


class HealthReport(TypedDict):
    """What is told of all of them."""

    status: str
    checks: dict[str, CheckResult]
    detail: NotRequired[str]


class HealthChecks:
    """The checks of one application."""

    def __init__(self, api: Application[Registry, object], route: str) -> None:
        self.route = route
        self._api = api
        self._checks: dict[str, NamedCheck] = {}

    def add(self, name: str, check: Check, *, timeout: float = TIMEOUT, kind: Kind = "readiness") -> None:
        """Add a check; it passes unless it returns False, raises, or takes longer than `timeout` seconds."""
        made = make_check(name, check, timeout, kind)
        if name in self._checks:
            raise ConfigurationError(f"There is a health check {name!r} already.")
        self._checks[name] = made

    async def readiness(self) -> HealthReport:
        """Whether requests should be sent here."""
        if self._api.shutting_down:
            # What the checks would look at may be gone already.
            return {"status": "error", "checks": {}, "detail": "shutting down"}
        return await self._run(tuple(self._checks.values()))

    async def liveness(self) -> HealthReport:
        """Whether this process can go on."""
        return await self._run([one for one in self._checks.values() if one.kind == "liveness"])

    async def _run(self, checks: Sequence[NamedCheck]) -> HealthReport:
        """Run checks side by side."""
        verdicts: dict[str, Verdict] = {}

        async def run(check: NamedCheck) -> None:
            verdicts[check.name] = await check.verdict()

        async with anyio.create_task_group() as tasks:
            for check in checks:
                tasks.start_soon(run, check)
        results = {check.name: self._result(check, verdicts[check.name]) for check in checks}
        healthy = all(one.passed for one in verdicts.values())
        return {"status": "ok" if healthy else "error", "checks": results}

    def _result(self, check: NamedCheck, verdict: Verdict) -> CheckResult:
        result = CheckResult(status="ok" if verdict.passed else "error")
        detail = verdict.detail(self._api.debug, check.seconds)
        if detail is not None:
            result["detail"] = detail
        return result


def install(api: Application[Registry, object], route: str | None = None) -> HealthChecks:
    """Serve the health of an application."""
    checks = HealthChecks(api, route or ROUTE)

    async def ready(req: Request, resp: Response[object]) -> None:
        """Whether requests should be sent here."""
        _answer(resp, await checks.readiness())

    async def live(req: Request, resp: Response[object]) -> None:
        """Whether this process can go on."""
        _answer(resp, await checks.liveness())

    below = checks.route.rstrip("/")
    paths = (
        (checks.route, ready, "responder.health"),
        (f"{below}/ready", ready, "responder.health.ready"),
        (f"{below}/live", live, "responder.health.live"),
    )
    for path, handler, name in paths:
        api.add_route(path, handler, methods=["GET"], name=name, include_in_schema=False, auth=None)
    return checks


def _answer(resp: Response[object], report: HealthReport) -> None:
    resp.status_code = 200 if report["status"] == "ok" else 503
    resp.headers["Cache-Control"] = "no-store"
    resp.media = dict(report)
