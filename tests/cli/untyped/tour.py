"""The tour's style: no types at all."""

import responder
from responder import Depends, Query

api = responder.API()


class Database:
    """Stands for one."""

    def count(self) -> int:
        return 3


# what handlers ask for by name
@api.dependency()
def database():
    yield Database()


@api.dependency(name="greeting")
def make_greeting():
    return "hello"


def current_user(req):
    return f"user of {req.method}"


def guard(req):
    """Lets everybody in."""


@api.route("/")
def index(req, resp):  # the first route
    resp.text = "hello, world!"


@api.route("/greet/{who}")
def greet(req, resp, *, who, greeting):
    resp.text = f"{greeting}, {who}!"


@api.route("/add/{a:int}/{b:float}")
async def add(
    req,
    resp,
    *,
    a,  # a whole number
    b,
):
    resp.media = {"sum": a + b}


@api.get("/tokens/{token:uuid}/{rest:path}")
def token(req, resp, *, token, rest="nothing"):
    resp.text = f"{token} {rest}"


@api.get("/search")
def search(req, resp, *, q=Query("everything"), sort=Query(...), limit: int = Query(10), verbose=False):
    return {"q": q, "sort": sort, "limit": limit, "verbose": verbose}


@api.get("/me", dependencies=[Depends(guard)])
def me(req, resp, *, user=Depends(current_user), database):
    if database.count() > 3:
        return "many"
    resp.text = user


@api.route("/ws", websocket=True)
async def talk(ws):
    await ws.accept()
    await ws.close()


@api.before_request
def before(req, resp):
    resp.headers["X-Before"] = "1"


@api.after_request()
async def after(req, resp): ...


@api.exception_handler(ZeroDivisionError)
def divided(req, resp, exc):
    resp.status_code = 400


@api.exception_handler(404)
def missing(req, resp, exc): resp.status_code = 404


@api.on_event("startup")
async def start():
    pass


@api.middleware("http")
async def timing(request, call_next):
    return await call_next(request)


@api.route("/items/{name}")
class Item:
    def on_get(self, req, resp, *, name):
        resp.text = name

    async def on_delete(self, req, resp, **fields):
        resp.status_code = 204


def bye(r, s):
    s.text = "bye"


api.add_route("/bye", bye)
