"""MessagePack, with the types that the package itself doesn't have."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol, cast


class _MessagePack(Protocol):
    def packb(self, value: object) -> bytes: ...

    def unpackb(self, data: bytes, *, strict_map_key: bool = True) -> Any: ...


msgpack = cast("_MessagePack", import_module("msgpack"))
