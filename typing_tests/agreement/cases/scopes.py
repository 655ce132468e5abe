"""Rings of providers, and values that would outlive what they are made of."""

from __future__ import annotations

import responder
from responder import Request

rings = responder.API()


@rings.dependency()  # E: responder-dependency
def chicken(egg: int) -> int:
    return egg


@rings.dependency()
def egg(hen: int) -> int:
    return hen


@rings.dependency()
def hen(chicken: int) -> int:
    return chicken


selves = responder.API()


@selves.dependency()  # E: responder-dependency
def itself(itself: int) -> int:
    return itself


leaks = responder.API()


@leaks.dependency()
def user(req: Request) -> str:
    return req.method


@leaks.dependency(scope="app")  # E: responder-dependency
def pool(user: str) -> str:
    return user


@leaks.dependency(scope="app")  # E: responder-dependency
def looks_at_the_request(req: Request) -> str:
    return req.method


@leaks.dependency(scope="app")  # E: responder-dependency
def reads_a_header(token: str = responder.Header("")) -> str:
    return token


sound = responder.API()


@sound.dependency(scope="app")
def settings() -> str:
    return "settings"


@sound.dependency(scope="app")
def engine(settings: str) -> str:
    return settings


@sound.dependency()
def session(engine: str, req: Request) -> str:
    return engine + req.method


@sound.get("/")
def show(session: str, engine: str) -> str:
    return session + engine


if __name__ == "__main__":
    rings.run()
    selves.run()
    leaks.run()
    sound.run()
