"""JSON Web Key sets: fetched over HTTP, kept for a while, fetched again when a token names a key they lack.

However many ask at once, one thread fetches; nobody waits longer than the deadline, nobody at all while the
last fetch hung, and a flood of tokens with invented keys causes one fetch in a while.  Knows no token; what
is made of a document is the caller's business.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar, cast
from urllib.parse import urlsplit

import anyio
import anyio.lowlevel
from typing_extensions import override

from responder.errors import ConfigurationError

__all__ = ["KeySet", "KeysUnavailable", "checked_url"]

K = TypeVar("K")

_LIMIT: Final = 1024 * 1024
_log = logging.getLogger("responder")


class KeysUnavailable(Exception):
    """There are no keys to judge by, because they can not be fetched."""


class _Fetch:
    """One attempt, and who waits for it."""

    def __init__(self, now: float) -> None:
        self.begun = now
        self._lock = threading.Lock()
        self._done = False
        self._waiting: list[tuple[anyio.Event, object]] = []

    async def wait(self, seconds: float) -> None:
        """Wait until the attempt has ended, or for so long."""
        event = anyio.Event()
        with self._lock:
            if self._done:
                return
            self._waiting.append((event, anyio.lowlevel.current_token().native_token))
        with anyio.move_on_after(seconds):
            await event.wait()

    def end(self) -> None:
        """Wake everybody up; in the thread of the attempt."""
        with self._lock:
            self._done = True
            waiting, self._waiting = self._waiting, []
        for event, loop in waiting:
            soon: object = getattr(loop, "call_soon_threadsafe", None) or getattr(loop, "run_sync_soon", None)
            try:
                cast("Callable[[Callable[[], object]], object]", soon)(event.set)
            except RuntimeError:
                continue  # that event loop has ended, and with it who waited


class KeySet(Generic[K]):
    """The keys at a URL.

    They are fetched when they are first needed, and again when they are `ttl` seconds old; until then, a key
    that is not among them makes them be fetched at most every `pause` seconds.  Old keys serve while new ones
    are being fetched, and for another `ttl` when those can't be had.
    """

    def __init__(
        self,
        url: str,
        read: Callable[[object], Sequence[K]],
        *,
        ttl: float = 300.0,
        pause: float = 10.0,
        timeout: float = 5.0,
    ) -> None:
        self.url = url
        self._read = read
        self._ttl = ttl
        self._pause = min(pause, ttl)
        self._timeout = timeout
        self._lock = threading.Lock()
        self._keys: Sequence[K] | None = None
        self._fetched = 0.0
        self._latest: _Fetch | None = None
        self._running = False
        self._hung = False

    async def find(self, choose: Callable[[Sequence[K]], K | None]) -> K | None:
        """The key that `choose` takes, None when there is none; raises `KeysUnavailable`."""
        with self._lock:
            now = time.monotonic()
            age = now - self._fetched
            keys = self._keys if age < 2 * self._ttl else None
            found = None if keys is None else choose(keys)
            fetch = None if found is not None and age < self._ttl else self._begin(now, keys is None)
        if found is not None:
            return found
        if fetch is not None and not self._hung:
            await fetch.wait(self._timeout + 1)
        with self._lock:
            keys = self._keys if time.monotonic() - self._fetched < 2 * self._ttl else None
        if keys is None:
            raise KeysUnavailable
        return choose(keys)

    def _begin(self, now: float, needed: bool) -> _Fetch | None:
        """The attempt that is being made, or a new one if it is time for that; called with the lock."""
        latest = self._latest
        if latest is not None:
            age = now - latest.begun
            if self._running and age < 2 * self._timeout:
                return latest
            if age < (min(self._pause, 1.0) if needed else self._pause):
                return None
        self._latest = fetch = _Fetch(now)
        self._running = True
        threading.Thread(target=self._fetch, args=(fetch,), name="responder-jwks", daemon=True).start()
        return fetch

    def _fetch(self, fetch: _Fetch) -> None:
        keys: Sequence[K] | None = None
        try:
            keys = self._read(_document(self.url, self._timeout))
        except Exception as error:  # whatever is wrong over there must not end up in a request
            _log.warning("Keys could not be fetched from %s: %s", self.url, error)
        with self._lock:
            # An attempt that was given up says nothing any more.
            if fetch is self._latest:
                self._running = False
                self._hung = keys is None and time.monotonic() - fetch.begun >= self._timeout / 2
                if keys is not None:
                    self._keys, self._fetched = keys, time.monotonic()
        fetch.end()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Keys come from where they were said to be, and from nowhere else."""

    @override
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def _document(url: str, timeout: float) -> object:
    """Fetch a JSON document, of bounded size and in bounded time."""
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if _is_local(url):
        handlers.append(urllib.request.ProxyHandler({}))
    wanted = urllib.request.Request(url, headers={"Accept": "application/jwk-set+json, application/json"})
    deadline = time.monotonic() + timeout
    chunks: list[bytes] = []
    left = _LIMIT
    with urllib.request.build_opener(*handlers).open(wanted, timeout=timeout) as response:
        while chunk := response.read1(65536):
            chunks.append(chunk)
            left -= len(chunk)
            if left < 0:
                raise ValueError("the document is too large")
            if time.monotonic() > deadline:
                raise TimeoutError("it takes too long")
    return cast("object", json.loads(b"".join(chunks)))


def checked_url(url: str, *, allow_insecure: bool) -> str:
    """A URL that keys may be fetched from: https, or this very machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ConfigurationError(f"jwks_url= is an https URL, not {url!r}.")
    if parts.scheme == "http" and not allow_insecure and not _is_local(url):
        raise ConfigurationError(
            f"jwks_url={url!r} is not encrypted: whoever is on the way could put keys of their own there."
            " Use https, or allow_insecure_jwks=True."
        )
    return url


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
