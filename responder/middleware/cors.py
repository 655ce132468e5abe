"""What CORS may be told, and the typed record that it becomes.  The layer itself is Starlette's.

Called by the application's settings; knows nothing of requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict


class CORSOptions(TypedDict, total=False):
    """The keywords of `cors_params=`; what is left out keeps its restrictive default."""

    allow_origins: Sequence[str]
    """Origins that may read answers, such as "https://app.example.com"; `*` for every one."""
    allow_methods: Sequence[str]
    """Methods that other origins may use; `*` for every one."""
    allow_headers: Sequence[str]
    """Request headers that other origins may send; `*` for every one."""
    allow_credentials: bool
    """Whether cookies and credentials may be sent along."""
    allow_origin_regex: str | None
    """Pattern of origins that may read answers; the whole origin has to match."""
    allow_private_network: bool
    """Whether a public site may reach this application on a private network."""
    expose_headers: Sequence[str]
    """Response headers that other origins may read."""
    max_age: int
    """Seconds that a browser may remember the answer to a preflight."""


@dataclass(frozen=True, slots=True)
class CORSConfig:
    """Which other origins may use this application, and how.  Without arguments: none."""

    allow_origins: Sequence[str] = ()
    allow_methods: Sequence[str] = ("GET",)
    allow_headers: Sequence[str] = ()
    allow_credentials: bool = False
    allow_origin_regex: str | None = None
    allow_private_network: bool = False
    expose_headers: Sequence[str] = ()
    max_age: int = 600
