"""Health checks that can be none, and settings of what watches that have no such value."""

from __future__ import annotations

from responder import API

api = API()


def text() -> str:
    return "pong"


api.add_health_check("text", text)  # E: arg-type | reportArgumentType
api.add_health_check("text", "ping")  # E: arg-type | reportArgumentType
api.add_health_check(text)  # E: call-arg | reportCallIssue
api.add_health_check("slow", lambda: True, timeout="5")  # E: arg-type | reportArgumentType
api.add_health_check("slow", lambda: True, kind="startup")  # E: arg-type | reportArgumentType
api.health_check("text")(text)  # E: type-var | reportArgumentType
api.health_route = "/health"  # E: misc | reportAttributeAccessIssue
API(enable_logging="xml")  # E: call-overload | reportArgumentType
API(metrics_buckets="0.1")  # E: arg-type | reportArgumentType
