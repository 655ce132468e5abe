"""`Session`: what `req.session` gives, and how its changes get onto an answer.

It is decoded when the first key is looked at, and compared with what it was when the answer is sent.  Where
the data is kept is a `Keeper`'s business: those are in `responder.ext.sessions`.  It knows no request.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from pydantic import ValidationError
from starlette.types import Scope
from typing_extensions import override

from responder.sessions.backends import SessionData
from responder.sessions.models import SessionModel, own, session_model
from responder.sessions.values import JSONSessionSerializer, SessionSerializer

T = TypeVar("T")

_log = logging.getLogger("responder")


@dataclass(frozen=True, slots=True)
class Change:
    """What a request did to its session: the keys it wrote, those it took away, and what there is now."""

    written: SessionData
    removed: frozenset[str]
    data: SessionData
    renew: bool
    """Whether the session has to get another id."""
    replaced: bool
    """Whether what was stored does not matter any more."""

    def __bool__(self) -> bool:
        return bool(self.written or self.removed or self.renew)

    def merge(self, stored: SessionData) -> SessionData:
        """The same change, made to what another request has left: neither loses the other's keys."""
        if self.replaced:
            return dict(self.data)
        kept = {key: value for key, value in stored.items() if key not in self.removed}
        return {**kept, **self.written}


class Keeper(ABC):
    """Opens sessions and keeps them: one for each application."""

    def __init__(
        self,
        *,
        model: type[object] | None = None,
        serializer: SessionSerializer | None = None,
        explicit: bool = True,
    ) -> None:
        self.model = model
        self.serializer: SessionSerializer = JSONSessionSerializer() if serializer is None else serializer
        self.explicit = explicit
        """False for what an application has unless told otherwise: below a mount it uses the outer one's."""

    @property
    def key(self) -> str | None:
        """The key that signs sessions, for keepers that have one."""
        return None

    @property
    def loads_ahead(self) -> bool:
        """Whether `load` has to be awaited before the session is opened."""
        return False

    @abstractmethod
    def open(self, scope: Scope) -> Session:
        """The session of a request; without waiting for anything."""

    @abstractmethod
    async def save(self, session: Session, change: Change) -> str | None:
        """Keep what a request changed, or that it looked; gives the `Set-Cookie` line to send, if any."""

    async def load(self, scope: Scope) -> None:
        """Fetch the session of a request, and put it into the scope."""
        return

    async def close(self) -> None:
        """Let go of what it holds: the application ends."""
        return


class Session(MutableMapping[str, object]):
    """The values that one client's requests share."""

    __slots__ = (
        "_data",
        "_models",
        "_read",
        "_readonly",
        "_text",
        "accessed",
        "ended",
        "id",
        "keeper",
        "renewed",
        "replaced",
    )

    def __init__(
        self, keeper: Keeper, read: Callable[[], str], *, id: str | None = None, readonly: bool = False
    ) -> None:
        self.keeper = keeper
        self.id = id
        """The id in a server-side store; None for a session that has none yet."""
        self.accessed = False
        """Whether a handler looked at it."""
        self.renewed = False
        """Whether it shall get another id."""
        self.replaced = False
        """Whether it was cleared: what was stored does not matter any more."""
        self.ended = False
        """Whether an answer has carried it away: nothing is kept any more."""
        self._read = read
        self._text = ""
        self._data: SessionData | None = None
        self._models: list[_Lent[object]] = []
        self._readonly = readonly

    # -- as a mapping

    @override
    def __getitem__(self, key: str) -> object:
        return self._items()[key]

    @override
    def __setitem__(self, key: str, value: object) -> None:
        data = self._writable()
        self.keeper.serializer.dumps({key: value})
        data[key] = value

    @override
    def __delitem__(self, key: str) -> None:
        del self._writable()[key]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._items())

    @override
    def __len__(self) -> int:
        return len(self._items())

    @override
    def __contains__(self, key: object) -> bool:
        return key in self._items()

    @override
    def clear(self) -> None:
        """Forget everything: the way to log out.  What is written afterwards gets another id."""
        self._writable().clear()
        self._models.clear()
        self.replaced = True

    @override
    def __repr__(self) -> str:
        return f"<Session of {len(self._data)} keys>" if self._data is not None else "<Session>"

    def replace(self, values: Mapping[str, object]) -> None:
        """Hold these values and no others."""
        fresh = dict(values)
        data = self._writable()
        self.keeper.serializer.dumps(fresh)
        data.clear()
        data.update(fresh)
        self._models.clear()

    def renew(self) -> None:
        """Give the session another id when the answer is sent; the old one is worth nothing then."""
        self._writable()
        self.renewed = True

    # -- as a typed value

    def typed(self, model: type[T]) -> T:
        """The session as a typed value, the same one for the whole request; what is changed in it is kept.

        The model is a class that pydantic reads, or a TypedDict, and can be made of nothing.  Values that do
        not fit it any more are dropped.
        """
        declared = self.keeper.model
        if declared is not None and model is not declared:
            raise TypeError(f"The sessions of this application are {declared!r}, not {model!r}")
        for lent in self._models:
            if lent.model.model is model:
                return cast("T", lent.value)
        data = self._items()
        reader = session_model(model)
        value = _fitting(reader, data)
        if reader.live and not self._readonly and not self.ended:
            # A typed dictionary is a dictionary: the session's own.
            self._replace_own(reader.write(value))
            value = cast("T", data)
        self._models.append(cast("_Lent[object]", _Lent(reader, value, reader.write(value))))
        return value

    def _replace_own(self, values: SessionData) -> None:
        data = self._items()
        for key in own(data):
            del data[key]
        data.update(values)

    # -- the end of a request

    async def finish(self) -> str | None:
        """Keep what was changed; gives the `Set-Cookie` line.  Called once, by whoever sends the answer."""
        if self.ended or self._readonly:
            return None
        try:
            if self._data is None:
                # Nobody looked, or there was nothing to see because the store is down.
                return None
            change = self._change()
            model = self.keeper.model
            if change and model is not None and not session_model(model).fits(change.data):
                raise TypeError(f"The session is no {model.__qualname__} any more, so it was not kept")
            return await self.keeper.save(self, change)
        finally:
            self.ended = True

    def _change(self) -> Change:
        for lent in self._models:
            written = own(lent.model.write(lent.value))
            if not lent.model.live and written != lent.before:
                self._replace_own(written)
        dumps = self.keeper.serializer.dumps
        before = _decoded(self.keeper.serializer, self._text)
        data = self._items()
        known = {key: dumps(value) for key, value in before.items()}
        written = {key: value for key, value in data.items() if known.get(key) != dumps(value)}
        removed = frozenset(before.keys() - data.keys())
        renew = (self.renewed or self.replaced) and bool(before)
        return Change(written, removed, dict(data), renew, self.replaced)

    # -- inside

    def _items(self) -> SessionData:
        data = self._data
        if data is None:
            self.accessed = True
            self._text = self._read()
            data = self._data = _decoded(self.keeper.serializer, self._text)
        return data

    def _writable(self) -> SessionData:
        if self._readonly:
            raise RuntimeError("The session of a WebSocket can only be read: no answer would keep it")
        if self.ended:
            raise RuntimeError("The answer has begun: what is written to the session now would be lost")
        return self._items()


@dataclass(frozen=True, slots=True)
class _Lent(Generic[T]):
    """A typed value that was given out, and how it looked then."""

    model: SessionModel[T]
    value: T
    before: SessionData


def _fitting(reader: SessionModel[T], data: Mapping[str, object]) -> T:
    try:
        return reader.read(data)
    except ValidationError as exc:
        _log.warning("A stored session does not fit %s; it begins anew", reader.model.__qualname__)
        try:
            return reader.empty()
        except ValidationError:
            raise TypeError(
                f"A session model can be made of nothing; give every field of {reader.model.__qualname__} a"
                " default"
            ) from exc


def _decoded(serializer: SessionSerializer, text: str) -> SessionData:
    """The data of a text; nothing for what is no mapping."""
    if not text:
        return {}
    try:
        value = serializer.loads(text)
    except ValueError:
        return {}
    return cast("SessionData", value) if isinstance(value, dict) else {}
