"""Routers that ask for a registry which nobody offers; groups and routers with wrong options."""

from __future__ import annotations

from responder import API, Registry, Router


class Base(Registry):
    name: str


class Full(Base):
    other: str


class Stranger(Registry):
    name: str


base: Router[Base] = Router("/base", registry=Base)
full: Router[Full] = Router("/full", registry=Full)
stranger: Router[Stranger] = Router("/stranger", registry=Stranger)

api: API = API()
api.include_router(base)  # E: arg-type | reportArgumentType
base_api = API(registry=Base)
base_api.include_router(full)  # E: arg-type | reportArgumentType
base_api.include_router(stranger)  # E: arg-type | reportArgumentType
base_api.include_router(api)  # E: arg-type | reportArgumentType
base_api.include_router(base, prefix=4)  # E: arg-type | reportArgumentType
base_api.include_router(base, tag=["x"])  # E: call-arg | reportCallIssue
base_api.group("/v1").include_router(full)  # E: arg-type | reportArgumentType
base.include_router(full)  # E: arg-type | reportArgumentType
widened: Router[Registry] = full  # E: assignment | reportAssignmentType

Router("/x", registry=Base())  # E: call-overload | reportArgumentType
Router("/x", registry=int)  # E: type-var | reportArgumentType
Router("/x", prefix="/y")  # E: call-overload | reportCallIssue
Router(tags=4)  # E: call-overload | reportArgumentType
API(registry=int)  # E: type-var | reportArgumentType
base_api.group()  # E: call-arg | reportCallIssue
base_api.group(4)  # E: arg-type | reportArgumentType
