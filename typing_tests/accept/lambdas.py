"""Small functions in place: a checker knows what they are called with."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from responder import API, Request, Response, Router

api = API()
router = Router("/r")


def fewer(req: Request) -> str:
    return req.method


class Books:
    def on_get(self, req: Request, resp: Response) -> None: ...


api.add_route("/plain", lambda req, resp: req.method)
api.add_route("/deferred", lambda req, resp: resp.redirect("/plain"), methods=["GET"])
api.add_route("/fewer", fewer)
api.add_route("/books", Books)
router.add_route("/plain", lambda req, resp: req.headers.get("accept"))

api.add_exception_handler(KeyError, lambda req, resp, exc: {"missing": exc.args})
api.add_exception_handler(404, lambda req, resp, exc: {"status": exc.status_code})
router.add_exception_handler(KeyError, lambda req, resp, exc: {"missing": exc.args})
router.add_exception_handler(404, lambda req, resp, exc: {"status": exc.status_code})


def gone(req: Request, resp: Response, exc: HTTPException) -> dict[str, object]:
    return {"status": exc.status_code}


def anything(req: Request, resp: Response, exc: Exception) -> str:
    return str(exc)


api.add_exception_handler(410, gone)
router.exception_handler(410)(gone)
api.add_exception_handler(LookupError, anything)

# What every document has is there without asking.
title = api.openapi.document["info"]["title"].upper()
paths = len(api.openapi.document["paths"])
