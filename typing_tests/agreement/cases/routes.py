"""Routes that contradict each other.  Only the run time knows all of them."""

from __future__ import annotations

import responder

api = responder.API()


@api.get("/items")
def items() -> str:
    return ""


@api.get("/items")  # R: responder-route (routes are compared when they are declared)
def items_again() -> str:
    return ""


@api.route("/items")  # R: responder-route (it answers GET, too)
def items_every() -> str:
    return ""


@api.post("/items")
def create() -> str:
    return ""


@api.get("/items", check_existing=False)  # R: responder-route (it can never match)
def items_unchecked() -> str:
    return ""


@api.get("/items/{name}")
def item(name: str) -> str:
    return name


@api.get("/items/new")  # R: responder-route (it can never match)
def new() -> str:
    return ""


@api.get("/items/{number:int}")  # R: responder-route (it can never match)
def by_number(number: int) -> str:
    return str(number)


@api.post("/items/new")
def create_new() -> str:
    return ""


if __name__ == "__main__":
    api.run()
