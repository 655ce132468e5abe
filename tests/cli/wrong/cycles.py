"""Providers that need each other."""

from __future__ import annotations

import responder

api = responder.API()


@api.dependency()  # E: dependency-cycle
def hen(egg: str) -> str:
    return egg


@api.dependency()
def egg(hen: str) -> str:
    return hen


@api.get("/")
def index(hen: str) -> str:
    return hen
