"""An application with sessions, and a client that keeps its cookies by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp

from responder import API, Request, Response, abort
from responder.ext.sessions import regenerate_session
from tests.tour.support import Answer, call


@dataclass
class Browser:
    """Sends back the cookies that it was given, one name each."""

    app: ASGIApp
    cookies: dict[str, str] = field(default_factory=dict[str, str])

    def get(self, path: str, *headers: tuple[bytes, bytes], method: str = "GET") -> Answer:
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = call(
            self.app, method, path, headers=[*headers, *([(b"cookie", sent.encode())] if sent else [])]
        )
        self.take(answer)
        return answer

    def take(self, answer: Answer) -> None:
        line = answer.headers.get("set-cookie")
        if line is None:
            return
        name, _, rest = line.partition("=")
        value, *attributes = rest.split("; ")
        if "Max-Age=0" in attributes:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


def shop(**options: Any) -> API:
    """Counts visits, logs in and out."""
    settings: dict[str, Any] = {"session_https_only": False, **options}
    api = API(**settings)

    @api.get("/quiet")
    async def quiet() -> str:
        return "quiet"

    @api.get("/visit")
    async def visit(req: Request) -> dict[str, object]:
        seen = req.session.get("visits", 0)
        req.session["visits"] = seen + 1 if isinstance(seen, int) else 1
        return dict(req.session)

    @api.get("/look")
    async def look(req: Request) -> dict[str, object]:
        return {"session": dict(req.session)}

    @api.get("/set/{key}/{value}")
    async def put(req: Request, *, key: str, value: str) -> dict[str, object]:
        req.session[key] = value
        return dict(req.session)

    @api.get("/pop/{key}")
    async def pop(req: Request, *, key: str) -> None:
        req.session.pop(key, None)

    @api.get("/login")
    async def login(req: Request) -> None:
        regenerate_session(req)
        req.session["user"] = "ann"

    @api.get("/logout")
    async def logout(req: Request) -> None:
        req.session.clear()

    @api.get("/refused")
    async def refused(req: Request) -> None:
        req.session["refused"] = True
        abort(403)

    @api.get("/broken")
    async def broken(req: Request) -> None:
        req.session["broken"] = True
        raise ValueError("broken")

    @api.get("/sync")
    def sync(req: Request, resp: Response) -> None:
        resp.session["sync"] = True
        resp.media = dict(resp.session)

    return api
