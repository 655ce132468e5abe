"""One kind of thing, and the router that serves it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from responder import Problem, Query, Response, Router


class ThingIn(BaseModel):
    """A thing to keep."""

    name: str = Field(min_length=1, max_length=100)
    weight: float = Field(gt=0)


class Thing(ThingIn):
    """A thing that is kept."""

    id: int


class NoSuchThing(Problem):
    """There is no such thing."""

    status = 404
    type = "/problems/no-such-thing"
    title = "No such thing"
    id: int


class Shelf:
    """The things of one kind."""

    def __init__(self) -> None:
        self._things: dict[int, Thing] = {}
        self._last = 0

    def put(self, given: ThingIn, id: int | None = None) -> Thing:
        """Keep a thing, in the place of another one or in a new place."""
        if id is None:
            self._last += 1
        number = self._last if id is None else id
        thing = self._things[number] = Thing(id=number, **given.model_dump())
        return thing

    def get(self, id: int) -> Thing:
        """A thing that is there."""
        if id not in self._things:
            raise NoSuchThing(detail=f"There is no {id}.", id=id)
        return self._things[id]

    def remove(self, id: int) -> None:
        """Let go of a thing."""
        del self._things[self.get(id).id]

    def heavier(self, weight: float) -> list[Thing]:
        """The things above a weight."""
        return [thing for thing in self._things.values() if thing.weight > weight]


def make_router(kind: str) -> Router:
    """Six routes for one kind of thing; the kind is part of each operation's id, which is unique."""
    router = Router(f"/{kind}", tags=[kind])
    shelf = Shelf()

    @router.get("", operation_id=f"list_{kind}")
    async def list_things(*, limit: int = Query(20, ge=1, le=100)) -> list[Thing]:
        """List some."""
        return shelf.heavier(0)[:limit]

    @router.post("", operation_id=f"add_{kind}", status_code=201)
    async def add_thing(resp: Response, *, thing: ThingIn) -> Thing:
        """Add one."""
        added = shelf.put(thing)
        resp.headers["Location"] = f"/{kind}/{added.id}"
        return added

    @router.get("/heavier/{weight:float}", operation_id=f"heavier_{kind}")
    async def heavier_things(*, weight: float) -> list[Thing]:
        """List those above a weight."""
        return shelf.heavier(weight)

    @router.get("/{id:int}", operation_id=f"get_{kind}")
    async def get_thing(*, id: int) -> Thing:
        """Show one."""
        return shelf.get(id)

    @router.put("/{id:int}", operation_id=f"replace_{kind}")
    async def replace_thing(*, id: int, thing: ThingIn) -> Thing:
        """Put another one in its place."""
        shelf.get(id)
        return shelf.put(thing, id)

    @router.delete("/{id:int}", operation_id=f"remove_{kind}", status_code=204)
    async def remove_thing(*, id: int) -> None:
        """Let go of one."""
        shelf.remove(id)

    return router
