"""The pages: a form to sign in, one of one's own, and the way out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from examples.login.accounts import Account, Accounts, account
from examples.login.guard import SignedIn, sign_in, sign_out
from responder import API, Form, Query, Request, Response
from responder.ext.auth import NotAuthenticated
from responder.ext.ratelimit import RateLimiter
from responder.ext.sessions import MemorySessionBackend
from responder.sessions import SessionBackend

HERE = Path(__file__).parent


def make_api(
    *,
    store: SessionBackend | None,
    secret_key: str | Sequence[str] | None = None,
    accounts: Accounts | None = None,
    https_only: bool | None = None,
) -> API:
    """The application.  Without a store the session itself is in the cookie, signed with the key."""
    known = accounts or Accounts(account("ada", "correct horse"), account("ben", "battery staple"))
    api = API(
        session_backend=store,
        session_https_only=https_only,
        secret_key=secret_key,
        csrf=True,
        security_headers=True,
        templates_dir=HERE / "templates",
        title="Login",
    )
    signed_in = SignedIn(known)
    attempts = RateLimiter(requests=30, period=60)

    @api.get("/", auth=signed_in.optional())
    async def home(req: Request, resp: Response, *, user: Account | None) -> None:
        resp.render("home.html", user=user)

    @api.get("/login")
    async def form(resp: Response, *, next: str = Query("/account")) -> None:
        resp.render("login.html", next=next)

    @api.post("/login", before=attempts)
    def enter(
        req: Request,
        resp: Response,
        *,
        name: str = Form(max_length=100),
        password: str = Form(max_length=200),
        next: str = Form("/account"),
    ) -> None:
        found = known.judge(name, password)
        if found is None:
            resp.render("login.html", next=next, failed=True)
            resp.status_code = 403
            return
        sign_in(req, found)
        resp.redirect(next, status_code=303, allow_external=False)

    @api.post("/logout")
    async def leave(req: Request, resp: Response) -> None:
        sign_out(req)
        resp.redirect("/", status_code=303)

    @api.get("/account", auth=signed_in)
    async def mine(req: Request, resp: Response, *, user: Account) -> None:
        resp.render("account.html", user=user, notes=notes_of(req))

    @api.post("/notes", auth=signed_in)
    async def note(req: Request, resp: Response, *, user: Account, text: str = Form(max_length=200)) -> None:
        req.session["notes"] = [*notes_of(req), text]
        resp.redirect("/account", status_code=303)

    @api.exception_handler(NotAuthenticated)
    async def ask(req: Request, resp: Response, exc: NotAuthenticated) -> None:
        """People are shown the form; programs get the 401 that they expect."""
        if req.method == "GET" and req.accepts("text/html"):
            resp.redirect(f"/login?{urlencode({'next': req.path})}", status_code=303)
            return
        resp.status_code = exc.status_code
        resp.media = {"detail": exc.detail}

    return api


def notes_of(req: Request) -> list[str]:
    """What somebody has noted."""
    notes = req.session.get("notes")
    return [str(note) for note in cast("list[object]", notes)] if isinstance(notes, list) else []


api = make_api(
    store=None if os.environ.get("LOGIN_SESSIONS") == "cookie" else MemorySessionBackend(),
    secret_key=os.environ.get("RESPONDER_SECRET_KEY"),
)
