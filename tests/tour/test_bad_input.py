"""What a client gets for every kind of bad input: one table, one application.

The application below has a route for each row.  A row says what is sent, the status that comes back, and
what else has to be in the answer.  Nothing here may tell anything of the server's inside, or
be a 5xx, but for a store that is down.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

import responder
from responder import Cookie, Header, Path, Query, Request, Response, WebSocket
from responder.ext.auth import APIKeyAuth, BasicAuth, BearerAuth
from responder.ext.ratelimit import Hit, RateLimiter

CHANGED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


class Item(BaseModel):
    name: str
    price: float


class Search(BaseModel):
    limit: int = 10


@dataclass(frozen=True)
class Row:
    """One request and its answer."""

    what: str
    method: str
    path: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    answer: Mapping[str, str] = field(default_factory=dict)
    says: str = ""


NEW_YEAR = "Thu, 01 Jan 2026 00:00:00 GMT"
JSON = {"content-type": "application/json"}
GOOD = {"authorization": "Bearer good"}
BEARER, BASIC = {"www-authenticate": "Bearer"}, {"www-authenticate": 'Basic realm="Restricted"'}
SCOPE = {"www-authenticate": 'Bearer error="insufficient_scope", scope="write"'}
ROWS = (
    Row("an unknown path", "GET", "/nothing", 404, says="Not Found"),
    Row("a segment that its convertor rejects", "GET", "/number/x", 404),
    Row("a number that overflows", "GET", "/number/" + "9" * 5000, 404),
    Row("a path value that its annotation rejects", "GET", "/text/x", 422, says='["path","id"]'),
    Row("a path value that its marker rejects", "GET", "/marked/0", 422, says='["path","id"]'),
    Row("a known path and a wrong verb", "DELETE", "/number/1", 405, answer={"allow": "GET, HEAD, OPTIONS"}),
    Row("an unknown verb", "FROB", "/number/1", 405, answer={"allow": "GET, HEAD, OPTIONS"}),
    Row("a slash too many", "GET", "/number/1/?a=b", 307, answer={"location": "/number/1?a=b"}),
    Row("malformed JSON", "POST", "/items", 400, JSON, b'{"name"', says="Invalid JSON body"),
    Row("no JSON at all", "POST", "/items", 400, JSON, b"", says="Invalid JSON body"),
    Row("a number that JSON does not have", "POST", "/items", 400, JSON, b'{"name":"a","price":NaN}'),
    Row("bytes that are no text", "POST", "/items", 400, JSON, b'{"name":"\xff"}'),
    Row("JSON without end", "POST", "/items", 400, JSON, b"[" * 5_000),
    Row("malformed YAML", "POST", "/items", 400, {"content-type": "application/yaml"}, b"a: ["),
    Row("YAML with aliases", "POST", "/items", 400, {"content-type": "application/yaml"}, b"a: &x 1\nb: *x"),
    Row("malformed MessagePack", "POST", "/items", 400, {"content-type": "application/x-msgpack"}, b"\xc1"),
    Row("a form without a boundary", "POST", "/items", 400, {"content-type": "multipart/form-data"}, b"x"),
    Row("a body that is no object", "POST", "/items", 422, JSON, b"[1]", says='["body"]'),
    Row("a body that does not fit", "POST", "/items", 422, JSON, b'{"name":"a"}', says='["body","price"]'),
    Row("a type that nobody reads", "POST", "/items", 415, {"content-type": "application/xml"}, b"<a/>"),
    Row("a body over the limit", "POST", "/items", 413, JSON, b'{"name":"' + b"a" * 20_000 + b'"}'),
    Row("a body over the limit that nobody reads", "POST", "/unread", 413, {}, b"a" * 20_000),
    Row("missing and wrong inputs", "GET", "/inputs?limit=x", 422, says='["query","limit"]'),
    Row("a missing header with them", "GET", "/inputs?limit=x", 422, says='["header","x-token"]'),
    Row("a missing cookie with them", "GET", "/inputs?limit=x", 422, says='["cookie","id"]'),
    Row("a query that its model rejects", "GET", "/search?limit=x", 422, says='["query","limit"]'),
    Row("a redirect that leaves the site", "GET", "/leave?to=https://evil.example", 400),
    Row("a redirect that leaves by two slashes", "GET", "/leave?to=//evil.example", 400),
    Row("a redirect that leaves by a backslash", "GET", "/leave?to=/%5Cevil.example", 400),
    Row("a precondition that is false", "PUT", "/tagged", 412, {"if-match": '"old"'}),
    Row("a tag that matches on read", "GET", "/tagged", 304, {"if-none-match": '"new"'}),
    Row(
        "a date that matches on read",
        "GET",
        "/dated",
        304,
        {"if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT"},
    ),
    Row("a range beyond the end", "GET", "/file/a.txt", 416, {"range": "bytes=99-"}),
    Row("a range that is none", "GET", "/file/a.txt", 200, {"range": "bytes=x"}, says="content"),
    Row(
        "too many ranges",
        "GET",
        "/file/a.txt",
        200,
        {"range": "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 40, 2))},
    ),
    Row("a path that leaves its root", "GET", "/file/..%2f..%2fetc%2fpasswd", 404),
    Row("a path with a NUL", "GET", "/file/a%00.txt", 404),
    Row("a file that is not there", "GET", "/file/b.txt", 404),
    Row("a missing CSRF token", "POST", "/protected", 403),
    Row("no credential", "GET", "/token", 401, answer=BEARER, says="Not authenticated"),
    Row("a bad token", "GET", "/token", 401, {"authorization": "Bearer no"}, answer=BEARER),
    Row("another scheme", "GET", "/token", 401, {"authorization": "Basic YTpi"}, answer=BEARER),
    Row("a header that is no credential", "GET", "/token", 401, {"authorization": "\x7f"}, answer=BEARER),
    Row("a bad password", "GET", "/password", 401, {"authorization": "Basic YTpi"}, answer=BASIC),
    Row("a password that is no text", "GET", "/password", 401, {"authorization": "Basic /zov"}, answer=BASIC),
    Row("a bad key", "GET", "/key", 401, {"x-api-key": "no"}, answer={"www-authenticate": "ApiKey"}),
    Row(
        "a token without the scope",
        "GET",
        "/scoped",
        403,
        GOOD,
        answer=SCOPE,
        says="Insufficient scope: write",
    ),
    Row("no credential and a bad body", "POST", "/sealed", 401, JSON, b"{", answer=BEARER),
    Row("a budget that is used up", "GET", "/limited", 429, answer={"retry-after": "60"}),
    Row("a budget whose store is down", "GET", "/uncounted", 503, answer={"retry-after": "2"}),
    Row("the same where that opens the road", "GET", "/opened", 200, says="served"),
    Row("an Accept that nothing matches", "GET", "/number/1", 200, {"accept": "image/png"}, says='{"id":1}'),
    Row("qualities that are none", "GET", "/number/1", 200, {"accept": "*/*;q=much"}, says='{"id":1}'),
    Row("a cookie that is none", "GET", "/number/1", 200, {"cookie": ";=;;\x7f"}, says='{"id":1}'),
    Row("a date that is none", "GET", "/dated", 200, {"if-modified-since": "yesterday"}),
    Row("a request id that is none", "GET", "/number/1", 200, {"x-request-id": "a b"}, says='{"id":1}'),
)


def application(files: FilePath) -> responder.API:
    """One route for every row."""
    (files / "a.txt").write_text("content of the file, long enough for forty bytes")
    api = responder.API(max_request_size=10_000, request_id=True, secret_key="a secret for the tests only")

    @api.get("/number/{id:int}")
    def number(*, id: int) -> dict[str, int]:
        return {"id": id}

    @api.get("/text/{id}")
    def text(*, id: int) -> int:
        return id

    @api.get("/marked/{id:int}")
    def marked(*, id: int = Path(ge=1)) -> int:
        return id

    @api.post("/items")
    def items(*, item: Item) -> Item:
        return item

    @api.post("/unread")
    def unread() -> str:
        return "not read"

    @api.get("/inputs")
    def inputs(*, limit: int = Query(), x_token: str = Header(), id: str = Cookie()) -> str:
        return f"{limit}{x_token}{id}"

    @api.get("/search", params_model=Search)
    def search(req: Request, resp: Response) -> None:
        resp.text = "found"

    @api.get("/leave")
    def leave(req: Request, resp: Response, *, to: str = Query()) -> None:
        resp.redirect(to, allow_external=False)

    @api.route("/tagged", methods=["GET", "PUT"])
    def tagged(req: Request, resp: Response) -> None:
        resp.etag = "new"
        resp.text = "tagged"

    @api.get("/dated")
    def dated(req: Request, resp: Response) -> None:
        resp.last_modified = CHANGED
        resp.text = "dated"

    @api.get("/file/{name:path}")
    def file(req: Request, resp: Response, *, name: str) -> None:
        resp.file(name, root=files)

    @api.post("/protected", csrf=True)
    def protected() -> str:
        return "never"

    bearer = BearerAuth(tokens=["good"])

    @api.get("/token", auth=bearer)
    def token() -> str:
        return "never"

    @api.get("/password", auth=BasicAuth(credentials={"ada": "secret"}))
    def password() -> str:
        return "never"

    @api.get("/key", auth=APIKeyAuth(keys=["secret"]))
    def key() -> str:
        return "never"

    @api.get("/scoped", auth=bearer.requires("write"))
    def scoped() -> str:
        return "never"

    @api.post("/sealed", auth=bearer)
    def sealed(*, item: Item) -> Item:
        return item

    @api.get("/limited")
    @RateLimiter(requests=1, period=60, backend=UsedUp()).limit
    def limited() -> str:
        return "never"

    @api.get("/uncounted")
    @RateLimiter(backend=Down()).limit
    def uncounted() -> str:
        return "never"

    @api.get("/opened")
    @RateLimiter(backend=Down(), fail_open=True).limit
    def opened() -> str:
        return "served"

    return api


class UsedUp:
    """A store of rate limits that has nothing left."""

    def hit(self, key: str, max_requests: int, period: float) -> Hit:
        return Hit(False, 0, period)


class Down:
    """A store of rate limits that is down."""

    def hit(self, key: str, max_requests: int, period: float) -> Hit:
        raise ConnectionError("Traceback of the store")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    api = application(tmp_path_factory.mktemp("files"))
    return api.test_client(raise_server_exceptions=True)


@pytest.mark.parametrize("row", ROWS, ids=[row.what for row in ROWS])
def test_bad_input_gets_its_status(row: Row, client: TestClient) -> None:
    answer = client.request(
        row.method, row.path, headers=row.headers, content=row.content, follow_redirects=False
    )
    assert answer.status_code == row.status
    assert len(answer.content) <= 64_000
    assert row.says in answer.text
    assert "Traceback" not in answer.text
    for name, value in row.answer.items():
        assert answer.headers[name] == value
    if row.status in (400, 401, 403, 404, 405, 413, 415, 422, 429, 503):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == row.status


def test_all_faults_of_the_inputs_come_together(client: TestClient) -> None:
    errors = client.get("/inputs?limit=x").json()["errors"]
    assert [error["loc"] for error in errors] == [["query", "limit"], ["header", "x-token"], ["cookie", "id"]]


def test_a_health_check_that_fails_is_a_503_that_tells_no_secret() -> None:
    def check() -> None:
        raise ConnectionError("Traceback of the database")

    api = responder.API(health_route="/health")
    api.add_health_check("database", check)
    answer = api.requests.get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "error", "checks": {"database": {"status": "error"}}}


def test_a_host_that_is_not_allowed_is_a_problem() -> None:
    api = responder.API(allowed_hosts=["example.com"])
    answer = api.test_client("http://evil.example").get("/")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nowhere", 1000),
        ("/guarded", 1008),
        ("/socket/x?limit=1", 1008),
        ("/socket/1?limit=x", 1008),
        ("/socket/1", 1008),
    ],
)
def test_a_bad_handshake_ends_in_its_code(path: str, code: int) -> None:
    api = responder.API()

    @api.websocket_route("/socket/{id}")
    async def socket(ws: WebSocket, *, id: int, limit: int = Query()) -> None:
        await ws.accept()

    @api.websocket_route("/guarded", auth=BearerAuth(tokens=["good"]), before=lambda ws: ws.accept())
    async def guarded(ws: WebSocket) -> None:
        await ws.send_text("never")

    with pytest.raises(WebSocketDisconnect) as closed, api.requests.websocket_connect(path) as opened:
        opened.receive_text()
    assert closed.value.code == code
