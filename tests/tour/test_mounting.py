"""Mounting other applications under a prefix."""

from __future__ import annotations

from flask import Flask
from flask import request as flask_request
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from responder import API


def flask_app() -> Flask:
    app = Flask(__name__)

    @app.route("/")
    def hello() -> str:
        return "Hello from Flask!"

    @app.route("/echo", methods=["POST"])
    def echo() -> dict[str, object]:
        return {
            "json": flask_request.get_json(),
            "root": flask_request.script_root,
            "path": flask_request.path,
        }

    return app


async def where(request: Request) -> JSONResponse:
    return JSONResponse(
        {
            "root": request.scope["root_path"],
            "path": request.scope["path"],
            "url": str(request.url_for("where")),
        }
    )


def starlette_app() -> Starlette:
    async def talk(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_text(ws.url.path)
        await ws.close()

    return Starlette(
        routes=[
            Route("/", where, name="root"),
            Route("/where", where, name="where"),
            WebSocketRoute("/ws", talk),
        ]
    )


def test_a_flask_application_is_served_below_its_prefix() -> None:
    api = API()

    @api.get("/own")
    def own(req, resp):
        resp.text = "own"

    api.mount("/flask", flask_app())
    assert api.requests.get("/flask/").text == "Hello from Flask!"
    assert api.requests.get("/own").text == "own"
    answer = api.requests.post("/flask/echo", json={"a": 1})
    assert answer.json() == {"json": {"a": 1}, "root": "/flask", "path": "/echo"}
    assert api.requests.get("/flask/missing").status_code == 404


def test_an_asgi_application_is_served_below_its_prefix() -> None:
    api = API()
    api.mount("/app/", starlette_app())
    answer = api.requests.get("/app/where", headers={"Host": "example.com"})
    assert answer.json() == {"root": "/app", "path": "/app/where", "url": "http://example.com/app/where"}
    assert api.requests.get("/app").json()["root"] == "/app"
    with api.requests.websocket_connect("/app/ws") as socket:
        assert socket.receive_text() == "/app/ws"


def test_own_routes_come_before_mounts_and_the_longest_prefix_before_shorter_ones() -> None:
    api = API()
    api.mount("/a", Starlette(routes=[Mount("/", lambda s, r, e: JSONResponse("short")(s, r, e))]))
    api.mount("/a/b", Starlette(routes=[Mount("/", lambda s, r, e: JSONResponse("long")(s, r, e))]))

    @api.get("/a/own")
    def own(req, resp):
        resp.media = "own"

    assert api.requests.get("/a/own").json() == "own"
    assert api.requests.get("/a/b/c").json() == "long"
    assert api.requests.get("/a/c").json() == "short"
    assert api.requests.get("/ab").status_code == 404


def test_another_application_of_ours_is_mounted_too() -> None:
    child = API()

    @child.get("/hello/{name}")
    def hello(req, resp, *, name):
        resp.media = [name, req.api is child]

    api = API()
    api.mount("/child", child)
    assert api.requests.get("/child/hello/ada").json() == ["ada", True]
    assert api.requests.get("/child/none").json()["title"] == "Not Found"


def test_a_mount_at_the_root_gets_what_is_left() -> None:
    api = API()

    @api.get("/own")
    def own(req, resp):
        resp.text = "own"

    api.mount("", flask_app())
    assert api.requests.get("/own").text == "own"
    assert api.requests.get("/").text == "Hello from Flask!"


def test_a_later_mount_replaces_one_at_the_same_prefix() -> None:
    api = API()
    api.mount("/x", flask_app())
    api.mount("/x", starlette_app())
    assert api.requests.get("/x/where").status_code == 200
