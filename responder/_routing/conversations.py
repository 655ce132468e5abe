"""A class that serves a WebSocket: `on_connect`, `on_receive(ws, data)` and `on_disconnect(ws, code)`.

Inputs and dependencies are what `on_connect` takes; each connection has an instance of its own, that lives
as long as they do.  The annotation of `data` says what messages are.  `views` reads classes here; endpoints
call `hold` once the connection is made.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias, cast

import anyio
import typing_extensions
from starlette.websockets import WebSocketDisconnect

from responder._contract.findings import Finding, found
from responder._contract.frozen import frozen
from responder._contract.steps import STEPS, Gets, gets_of, misfit
from responder._http.closecodes import NORMAL, code_of
from responder._http.messages import EITHER, JSON, Messages, messages_of
from responder._http.websocket import WebSocket
from responder._routing.adapters import UnsupportedType, adapter_for
from responder._routing.reader import LiveParam, Names, Read, read
from responder.params import MISSING

Step: TypeAlias = Callable[..., Awaitable[object]]

_ENCODINGS: Final[Mapping[str, Messages[object]]] = {
    "text": Messages("text"),
    "bytes": Messages("bytes"),
    "json": JSON,
}
_PATIENCE: Final = 10.0
"""Seconds that `on_disconnect` may take once the connection is being cancelled."""


@frozen
class Conversation:
    """What follows the handshake: how messages are read, and what is called for each and at the end."""

    messages: Messages[object]
    receive: Step | None
    receive_gets: Gets
    disconnect: Step | None
    disconnect_gets: Gets


async def accept(self: object, ws: WebSocket) -> None:
    """Stands for a missing `on_connect`."""
    await ws.accept()


async def hold(ws: WebSocket[object], instance: object, talk: Conversation) -> None:
    """Hand over each message until the connection ends; tell `on_disconnect` once, with the code."""
    if not ws.is_open:
        return
    await ws.accept()
    try:
        code = await _talk(ws, instance, talk)
    except Exception as error:
        await _part(ws, instance, talk, code_of(error))
        raise
    except BaseException as error:
        with anyio.CancelScope(shield=True, deadline=anyio.current_time() + _PATIENCE):
            await _part(ws, instance, talk, code_of(error))
        raise
    await _part(ws, instance, talk, code)


async def _talk(ws: WebSocket[object], instance: object, talk: Conversation) -> int:
    """Give the code that the connection ended with."""
    receive, gets = talk.receive, talk.receive_gets
    while ws.is_open:
        try:
            data = await ws._read(talk.messages)
        except WebSocketDisconnect as left:
            return left.code
        if receive is not None:
            await receive(instance, *[ws if one == "ws" else data for one in gets])
    return ws.close_code or NORMAL


async def _part(ws: WebSocket[object], instance: object, talk: Conversation, code: int) -> None:
    if talk.disconnect is not None:
        await talk.disconnect(instance, *[ws if one == "ws" else code for one in talk.disconnect_gets])


# --- reading a class


@frozen
class SocketClass:
    """A class, read: its `on_connect` as a handler, and what follows."""

    connect: Read
    function: Callable[..., object]
    talk: Conversation


def read_socket_class(owner: type, local_names: Names) -> tuple[SocketClass, tuple[Finding, ...]]:
    """Read a class that serves a WebSocket, with everything that is wrong with its methods."""
    findings: list[Finding] = []
    reads: dict[str, Read] = {}
    names = {**vars(owner), **local_names}
    for attribute in sorted(name for name in dir(owner) if name.startswith("on_")):
        function = inspect.getattr_static(owner, attribute)
        if attribute not in STEPS:
            if callable(function) or isinstance(function, staticmethod | classmethod):
                findings.append(found("socket-view-step", name=attribute))
        elif inspect.isfunction(function):
            name = f"{owner.__name__}.{attribute}"
            one = reads[attribute] = read(function, name, names, drop_first=True)
            findings.extend(one.findings)
            if one.style != "async":
                findings.append(found("socket-handler-sync", handler=name))
        else:
            findings.append(misfit(f"{owner.__name__}.{attribute}"))
    if not reads and not findings:
        findings.append(found("view-empty", view=owner.__name__))
    talk = _conversation(owner, reads, findings)
    function = getattr(owner, "on_connect", accept) if "on_connect" in reads else accept
    connect = reads.get("on_connect") or read(accept, f"{owner.__name__}.on_connect", {}, drop_first=True)
    return SocketClass(connect, function, talk), tuple(findings)


def message_type(annotation: object, parameter: str, handler: str) -> Messages[object] | Finding:
    """How messages of an annotated type are read; a type that pydantic cannot read is a finding."""
    try:
        adapter_for(annotation)
    except UnsupportedType as error:
        return found(
            "annotation-unsupported",
            parameter=parameter,
            annotation=getattr(annotation, "__name__", str(annotation)),
            handler=handler,
            why=str(error),
        )
    return messages_of(cast("type[object]", annotation))


def messages_taken(params: tuple[LiveParam, ...], handler: str) -> Messages[object] | Finding | None:
    """How the messages of `WebSocket[In, Out]` are read; None for a socket that names no type."""
    for param in params:
        origin = typing_extensions.get_origin(param.annotation)
        if isinstance(origin, type) and issubclass(origin, WebSocket):
            return message_type(typing_extensions.get_args(param.annotation)[0], param.name, handler)
    return None


def _conversation(owner: type, reads: dict[str, Read], findings: list[Finding]) -> Conversation:
    messages = _ENCODINGS.get(str(getattr(owner, "encoding", None)), EITHER)
    receive_gets = _gets("on_receive", reads, findings)
    disconnect_gets = _gets("on_disconnect", reads, findings)
    for name in ("on_connect", "on_receive"):
        one = reads.get(name)
        wanted = None if one is None else messages_taken(one.params, one.signature.name)
        if one is not None and name == "on_receive" and "value" in receive_gets:
            data = one.params[receive_gets.index("value")]
            if data.annotation is not MISSING:
                wanted = message_type(data.annotation, data.name, one.signature.name)
        if isinstance(wanted, Finding):
            findings.append(wanted)
        elif wanted is not None:
            messages = wanted
    return Conversation(
        messages,
        getattr(owner, "on_receive", None) if "on_receive" in reads else None,
        receive_gets,
        getattr(owner, "on_disconnect", None) if "on_disconnect" in reads else None,
        disconnect_gets,
    )


def _gets(name: str, reads: dict[str, Read], findings: list[Finding]) -> Gets:
    """What to call a step with."""
    one = reads.get(name)
    gets = () if one is None else gets_of(one.signature)
    if isinstance(gets, Finding):
        findings.append(gets)
        return ()
    return gets
