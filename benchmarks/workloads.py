"""The work: what is asked, and what a right answer says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from benchmarks.models import TEXT

MANY = 5_000
FEW = 10
#: Distinct paths in the workloads with many routes, so that no cache of paths helps.
IDS = range(100_000, 104_096)

Headers = tuple[tuple[bytes, bytes], ...]

COMMON: Headers = (
    (b"host", b"localhost:5042"),
    (b"user-agent", b"bench/1"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip, deflate"),
    (b"connection", b"keep-alive"),
)
JSON: Headers = ((b"content-type", b"application/json"),)


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    path: str
    query: bytes = b""
    headers: Headers = COMMON
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Workload:
    """Requests for one application, and what all answers must say."""

    name: str
    app: str  # "small", "few" or "many"
    calls: tuple[Call, ...]
    status: int
    says: Callable[[bytes], object]
    """The body, brought to the form in which answers are compared."""
    expected: object


ORDER = {
    "customer": "Ada Lovelace",
    "email": "ada@example.org",
    "note": "ring twice",
    "priority": 2,
    "gift": True,
    "lines": [
        {"sku": "tea-assam-250", "quantity": 2, "price": 4.5},
        {"sku": "pot-stoneware", "quantity": 1, "price": 32.0},
        {"sku": "cup-porcelain", "quantity": 4, "price": 8.25},
    ],
}
FAULTY = {**ORDER, "priority": "high", "lines": [{"sku": "tea", "quantity": "x", "price": 1.0}]}
del FAULTY["customer"]


def text(body: bytes) -> object:
    return body.decode()


def data(body: bytes) -> object:
    return json.loads(body)


def faults(body: bytes) -> object:
    """How many faults a 422 names, wherever a framework puts them."""
    document: Any = json.loads(body)
    if isinstance(document, dict):
        named = cast("dict[str, Any]", document)
        document = next((named[key] for key in ("errors", "detail", "extra") if key in named), None)
    return len(cast("list[object]", document)) if isinstance(document, list) else None


def nothing(body: bytes) -> object:
    return None


def _with_length(body: bytes) -> Headers:
    return (*COMMON, *JSON, (b"content-length", str(len(body)).encode()))


def _post(path: str, document: object) -> Call:
    body = json.dumps(document).encode()
    return Call("POST", path, headers=_with_length(body), body=body)


def _resources(number: int, count: int = 1) -> tuple[Call, ...]:
    return tuple(Call("GET", f"/resource{number}/{key}/items") for key in list(IDS)[:: len(IDS) // count])


TYPED = Call(
    "GET", "/items/42", b"limit=20&q=blue%20widget&tags=alpha&tags=beta", (*COMMON, (b"x-token", b"secret"))
)
TYPED_ANSWER = {"id": 42, "limit": 20, "q": "blue widget", "tags": ["alpha", "beta"], "token": "secret"}
RECEIPT = {"id": 7, "customer": "Ada Lovelace", "total": 74.0, "lines": ORDER["lines"]}

WORKLOADS = (
    Workload("plain text", "small", (Call("GET", "/plain"),), 200, text, TEXT),
    Workload(
        "small JSON", "small", (Call("GET", "/json"),), 200, data, {"message": TEXT, "ok": True, "count": 3}
    ),
    Workload("five typed inputs", "small", (TYPED,), 200, data, TYPED_ANSWER),
    Workload("body, model, response model", "small", (_post("/orders", ORDER),), 200, data, RECEIPT),
    Workload(
        "three-deep dependencies", "small", (Call("GET", "/me"),), 200, data, {"name": "ada", "dsn": "memory"}
    ),
    Workload("422 with three faults", "small", (_post("/orders", FAULTY),), 422, faults, 3),
    Workload("sync handler", "small", (Call("GET", "/sync"),), 200, data, {"worker": True}),
    Workload("10 routes, last", "few", _resources(FEW - 1, 4_096), 200, data, {"id": IDS[0]}),
    Workload("5,000 routes, first", "many", _resources(0, 4_096), 200, data, {"id": IDS[0]}),
    Workload("5,000 routes, last", "many", _resources(MANY - 1, 4_096), 200, data, {"id": IDS[0]}),
    Workload("5,000 routes, miss", "many", _resources(MANY, 4_096), 404, nothing, None),
)
