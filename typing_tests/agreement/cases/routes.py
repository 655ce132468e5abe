"""Routes that contradict each other, and routes that can never match."""

from __future__ import annotations

from collections.abc import AsyncIterator

import responder

api = responder.API()


@api.get("/items")
def items() -> str:
    return ""


@api.get("/items")  # E: responder-route
def items_again() -> str:
    return ""


@api.route("/items")  # E: responder-route
def items_every() -> str:
    return ""


@api.post("/items")
def create() -> str:
    return ""


@api.get("/items", check_existing=False)  # E: responder-route
def items_unchecked() -> str:
    return ""


@api.get("/items/{name}")
def item(name: str) -> str:
    return name


@api.get("/items/new")  # E: responder-route
def new() -> str:
    return ""


@api.get("/items/{number:int}")  # E: responder-route
def by_number(number: int) -> str:
    return str(number)


@api.post("/items/new")
def create_new() -> str:
    return ""


v1 = api.group("/v1")
inner = v1.group("/{tenant}")


@v1.get("/users")
def users() -> str:
    return ""


@api.get("/v1/users")  # E: responder-route
def users_again() -> str:
    return ""


@inner.get("/users")
def of_tenant(tenant: str) -> str:
    return tenant


@v1.get("/{company}/users")  # E: responder-route
def of_company(company: str) -> str:
    return company


@v1.route("/users", methods=["PUT", "PATCH"])
def change() -> str:
    return ""


@v1.patch("/users")  # E: responder-route
def change_a_little() -> str:
    return ""


@api.route("/view")
class View:
    def on_get(self) -> str:
        return ""


@api.post("/view")  # E: responder-route
def beside_a_view() -> str:
    return ""


@api.websocket_route("/socket")
async def socket(ws: responder.WebSocket) -> None:
    await ws.accept()


@api.get("/socket")  # E: responder-route
def beside_a_socket() -> str:
    return ""


@api.get("/files/{path:path}")
def files(path: str) -> str:
    return path


@api.get("/files/{name}/info")  # E: responder-route
def info(name: str) -> str:
    return name


@api.head("/files/{name}")  # E: responder-route
def only_its_head(name: str) -> None:
    pass


@api.delete("/files/{name}")
def delete(name: str) -> str:
    return name


@api.get("/prices/{price:int}")
def whole(price: int) -> str:
    return str(price)


@api.get("/prices/{price:float}")
def broken(price: float) -> str:
    return str(price)


@api.get("/given", gives_way=True)
def given() -> str:
    return ""


@api.get("/given")
def taken() -> str:
    return ""


@api.sse("/events")
async def events() -> AsyncIterator[int]:
    yield 1


@api.get("/events")  # E: responder-route
def events_at_once() -> str:
    return ""


for number in (1, 2):

    @api.get(f"/loop/{number}")
    def looped() -> str:
        return ""


if api:

    @api.get("/either")
    def either() -> str:
        return ""

else:

    @api.get("/either")
    def otherwise() -> str:
        return ""


api.add_route("/added", items)
api.add_route("/added", items)  # E: responder-route


if __name__ == "__main__":
    api.run()
