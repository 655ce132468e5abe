"""What a handler returned, put onto its response: one rule for each type, an error for anything else.

Where a contract says that an answer is media, whatever is returned is media; the contract judges it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Protocol, cast

from pydantic import BaseModel
from starlette.responses import Response as StarletteResponse

from responder._http.headers import ResponseHeaders
from responder._http.problems import Problem


class Target(Protocol):
    """The part of a response that a returned value sets."""

    status_code: int | None

    @property
    def headers(self) -> ResponseHeaders: ...

    def set_media(self, value: object) -> None: ...

    def set_text(self, value: str) -> None: ...

    def set_content(self, value: bytes) -> None: ...

    def set_foreign(self, answer: StarletteResponse) -> None: ...


class Contracted(Protocol):
    """What says how the answers of a status are sent."""

    def channel(self, status: int) -> str | None:
        """`media`, `text` or `bytes`; None where nothing is promised."""
        ...


def split(result: tuple[object, ...]) -> tuple[object, int, Mapping[str, str]]:
    """`(body, status)` or `(body, status, headers)`, checked."""
    if hasattr(result, "_fields"):
        raise TypeError("A named tuple is not a response; return a dict, a model, or (body, status)")
    if len(result) not in (2, 3):
        raise TypeError(f"A returned tuple has 2 or 3 values, (body, status[, headers]), not {len(result)}")
    status = result[1]
    if isinstance(status, bool) or not isinstance(status, int):
        raise TypeError(f"The second value of a returned tuple is its status, an int, not {status!r}")
    if not 100 <= status <= 599:
        raise ValueError(f"The status of a returned tuple is from 100 to 599, not {status}")
    headers = result[2] if len(result) == 3 else None
    if headers is None:
        headers = {}
    if not isinstance(headers, Mapping):
        raise TypeError(f"The third value of a returned tuple is a mapping of headers, not {headers!r}")
    return result[0], int(status), cast("Mapping[str, str]", headers)


def apply(target: Target, result: object, contract: Contracted | None = None) -> None:
    """Put a returned value onto the response.  `None` leaves it as it is."""
    if issubclass(type(result), tuple) and (contract is None or not hasattr(result, "_fields")):
        body, status, headers = split(cast("tuple[object, ...]", result))
        checked = ResponseHeaders(headers)
        apply_body(target, body, contract is not None and contract.channel(status) == "media")
        target.status_code = status
        if checked:
            target.headers.update(checked)
    else:
        status = target.status_code or 200
        apply_body(target, result, contract is not None and contract.channel(status) == "media")


def apply_body(target: Target, body: object, is_media: bool = False) -> None:
    """The same for the body alone."""
    if body is None:
        return
    if is_media and not isinstance(body, StarletteResponse | Problem):
        target.set_media(body)
        return
    if isinstance(body, str):
        target.set_text(body)
    elif isinstance(body, dict | list | BaseModel | bool | int | float):
        target.set_media(cast("object", body))
    elif isinstance(body, bytes):
        target.set_content(body)
    elif isinstance(body, StarletteResponse):
        target.set_foreign(body)
    elif is_dataclass(body) and not isinstance(body, type):
        target.set_media(body)
    elif isinstance(body, Problem):
        raise body
    else:
        raise _unknown(body)


def _unknown(body: object) -> TypeError:
    forgotten = " (is an `await` missing?)" if inspect.iscoroutine(body) else ""
    return TypeError(
        f"A handler returned a {type(body).__qualname__}{forgotten}; return None, a dict, list, str, "
        "bytes, number, model, dataclass, a Starlette response, or (body, status)"
    )
