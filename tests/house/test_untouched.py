"""Settings live on the route: a handler is returned as it came and carries nothing of ours."""

from __future__ import annotations

from responder import API, Depends, Query, Request, Response


def guard(req: Request) -> None:
    assert req.method


def test_a_decorated_function_is_the_same_object_with_nothing_on_it() -> None:
    api = API()

    async def handler(req: Request, resp: Response, *, limit: int = Query(10)) -> dict[str, int]:
        return {"limit": limit}

    decorated = api.get("/a", tags=["x"], status_code=201, dependencies=[Depends(guard)])(handler)
    assert decorated is handler
    assert api.requests.get("/a").json() == {"limit": 10}
    assert vars(handler) == {}
    assert not hasattr(handler, "__wrapped__")


def test_a_class_view_carries_nothing_either() -> None:
    class Items:
        def on_get(self, req: Request, resp: Response) -> dict[str, bool]:
            return {"ok": True}

    before = dict(vars(Items))
    api = API()
    assert api.route("/items")(Items) is Items
    assert api.requests.get("/items").json() == {"ok": True}
    assert dict(vars(Items)) == before
    assert vars(Items.on_get) == {}


def test_providers_and_hooks_carry_nothing() -> None:
    api = API()

    @api.dependency()
    def db() -> str:
        return "db"

    @api.before_request
    def before(req: Request, resp: Response) -> None:
        resp.headers["X-Before"] = "1"

    @api.get("/")
    def show(*, db: str) -> dict[str, str]:
        return {"db": db}

    assert api.requests.get("/").json() == {"db": "db"}
    assert vars(db) == vars(before) == vars(show) == {}


def test_one_handler_on_two_routes_has_two_settings() -> None:
    api = API()

    def handler(req: Request, resp: Response) -> dict[str, bool]:
        return {"ok": True}

    api.route("/a", methods=["GET"], status_code=201)(handler)
    api.route("/b", methods=["GET"])(handler)
    assert api.requests.get("/a").status_code == 201
    assert api.requests.get("/b").status_code == 200


def test_one_handler_in_two_applications_has_two_settings() -> None:
    def handler(req: Request, resp: Response) -> dict[str, bool]:
        return {"ok": True}

    first, second = API(), API()
    first.get("/x", status_code=202)(handler)
    second.post("/y", status_code=203)(handler)
    assert first.requests.get("/x").status_code == 202
    assert second.requests.post("/y").status_code == 203
    assert first.requests.get("/y").status_code == 404
