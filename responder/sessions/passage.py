"""A session's way through a request: opened in the scope, kept when the answer begins.

Whoever sends an answer asks `with_session`, `saving` or `forgiving`; without a session in the scope that
costs one test.  It knows neither requests nor stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Final, TypeAlias, TypeVar, cast

from starlette.types import Message, Scope, Send

from responder._http.caching import merged_vary
from responder._http.jsons import safe_dumps
from responder._http.problems import Problem
from responder.sessions.session import Keeper, Session

T = TypeVar("T")
RawHeaders: TypeAlias = "list[tuple[bytes, bytes]]"

KEY: Final = "session"
"""Where the session is in the scope, for Starlette's requests too."""


def open_session(scope: Scope) -> MutableMapping[str, object]:
    """The session of a request, opened now if it is not open; `RuntimeError` where there are none."""
    found = scope.get(KEY)
    keeper: object = getattr(scope.get("app"), "sessions", None)
    if found is not None and not (
        isinstance(keeper, Keeper)
        and keeper.explicit
        and isinstance(found, Session)
        and found.keeper is not keeper
    ):
        return cast("MutableMapping[str, object]", found)
    if not isinstance(keeper, Keeper):
        raise RuntimeError(
            "This request has no session: sessions are off.  Create the application with sessions=True and a"
            " secret_key, or with a session_backend"
        )
    opened = scope[KEY] = keeper.open(scope)
    return opened


def typed_session(scope: Scope, model: type[T]) -> T:
    """The session of a request as a typed value; see `Session.typed`."""
    found = open_session(scope)
    if not isinstance(found, Session):
        raise RuntimeError("The session of this request is not ours, and has no typed form")
    return found.typed(model)


def replace_session(session: MutableMapping[str, object], values: Mapping[str, object]) -> None:
    """Let a session, whoever made it, hold these values and no others."""
    if isinstance(session, Session):
        session.replace(values)
    else:
        fresh = dict(values)
        session.clear()
        session.update(fresh)


def discard_session(scope: Scope) -> None:
    """Keep nothing of what was changed: something went wrong."""
    found = scope.get(KEY)
    if isinstance(found, Session):
        found.ended = True


async def with_session(scope: Scope, headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """The headers of an answer, with what the session adds to them; keeps the session."""
    lines = list(headers)
    session = scope.get(KEY)
    if not isinstance(session, Session) or session.ended:
        return lines
    cookie = await session.finish()
    if cookie is not None:
        lines.append((b"set-cookie", cookie.encode("latin-1")))
    if session.accessed:
        present = ",".join(value.decode("latin-1") for name, value in lines if name.lower() == b"vary")
        lines = [line for line in lines if line[0].lower() != b"vary"]
        lines.append((b"vary", merged_vary(present, ["Cookie"]).encode("latin-1")))
    return lines


def saving(scope: Scope, send: Send) -> Send:
    """A `send` that keeps the session when the answer begins; the same `send` where there is none."""
    if not isinstance(scope.get(KEY), Session):
        return send

    async def send_kept(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": await with_session(scope, message.get("headers") or ())}
        await send(message)

    return send_kept


def forgiving(scope: Scope, send: Send) -> Send:
    """The same for error answers, and for applications that are not ours: when the store is down, a 503 is
    sent in place of what they say.
    """
    if not isinstance(scope.get(KEY), Session):
        return send
    replaced = False

    async def send_kept(message: Message) -> None:
        nonlocal replaced
        if message["type"] == "http.response.start":
            try:
                lines = await with_session(scope, message.get("headers") or ())
            except Problem as exc:
                replaced = True
                await _refuse(send, exc)
                return
            message = {**message, "headers": lines}
        if not replaced:
            await send(message)

    return send_kept


async def _refuse(send: Send, problem: Problem) -> None:
    body = safe_dumps(problem.payload())
    lines = [(b"content-type", b"application/problem+json"), (b"content-length", b"%d" % len(body))]
    lines += [(name.lower().encode(), value.encode()) for name, value in (problem.headers or {}).items()]
    await send({"type": "http.response.start", "status": problem.status_code, "headers": lines})
    await send({"type": "http.response.body", "body": body})
