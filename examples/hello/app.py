"""One route: a field of the path, a bounded query parameter, a typed answer."""

from __future__ import annotations

from responder import API, Query

api = API(title="Hello", version="1.0", docs_route="/docs")


@api.get("/hello/{name}")
async def hello(*, name: str, times: int = Query(1, ge=1, le=5)) -> dict[str, str]:
    """Greet somebody, once or a few times."""
    return {"greeting": " ".join(["hello"] * times + [name])}
