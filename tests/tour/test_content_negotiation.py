"""Content negotiation: JSON, YAML and MessagePack from one handler."""

from __future__ import annotations

import pytest

from responder import API
from tests.packing import msgpack


@pytest.fixture
def api() -> API:
    api = API()

    @api.route("/data")
    def data(req, resp):
        resp.media = {"key": "value"}

    @api.post("/echo")
    async def echo(req, resp):
        resp.media = await req.media()

    @api.post("/packed")
    async def packed(req, resp):
        resp.media = await req.media("msgpack")

    return api


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json", "application/json"),
        ("application/yaml", "application/yaml"),
        ("application/x-yaml", "application/yaml"),
        ("application/x-msgpack", "application/x-msgpack"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/html", "application/json"),
        ("application/yaml;q=0.9, application/json;q=0.1", "application/yaml"),
        ("application/yaml;q=0.1, application/json;q=0.9", "application/json"),
        ("application/yaml;q=0.5, application/json;q=0.5", "application/json"),
        ("application/json;q=0, */*", "application/yaml"),
        ("application/yaml;q=nonsense", "application/yaml"),
    ],
)
def test_the_client_gets_the_format_it_prefers(api: API, accept: str, media_type: str) -> None:
    answer = api.requests.get("/data", headers={"Accept": accept})
    assert answer.headers["content-type"] == media_type
    assert "accept" in answer.headers["vary"].lower()


def test_the_bodies_say_the_same(api: API) -> None:
    def body(accept: str) -> bytes:
        return api.requests.get("/data", headers={"Accept": accept}).content

    assert body("application/json") == b'{"key":"value"}'
    assert body("application/yaml") == b"key: value\n"
    assert msgpack.unpackb(body("application/x-msgpack")) == {"key": "value"}


def test_a_request_body_is_read_by_its_content_type(api: API) -> None:
    def echo(content: bytes, media_type: str) -> object:
        return api.requests.post("/echo", content=content, headers={"Content-Type": media_type}).json()

    assert echo(b'{"a": 1}', "application/json") == {"a": 1}
    assert echo(b'{"a": 1}', "application/vnd.shop+json; charset=utf-8") == {"a": 1}
    assert echo(b"a: 1", "application/yaml") == {"a": 1}
    assert echo(msgpack.packb({"a": 1}), "application/x-msgpack") == {"a": 1}
    assert echo(b"a=1", "application/x-www-form-urlencoded") == {"a": "1"}


def test_a_body_is_decoded_as_the_handler_says(api: API) -> None:
    packed = msgpack.packb({"result": [1, 2, 3]})
    assert api.requests.post("/packed", content=packed).json() == {"result": [1, 2, 3]}
    assert api.requests.post("/packed", content=b"\xc1").json()["detail"] == "Invalid MessagePack body"


@pytest.mark.parametrize(
    ("media_type", "detail"),
    [
        ("application/json", "Invalid JSON body"),
        ("application/yaml", "Invalid YAML body"),
        ("application/x-msgpack", "Invalid MessagePack body"),
    ],
)
def test_a_malformed_body_is_400_and_says_which_format_it_is_not(
    api: API, media_type: str, detail: str
) -> None:
    answer = api.requests.post("/echo", content=b"{[\xc1", headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)


def test_the_handler_asks_which_candidate_the_client_prefers() -> None:
    api = API()

    @api.route("/export")
    def export(req, resp):
        preferred = req.preferred_media_type(["application/json", "text/csv"])
        if preferred == "text/csv":
            resp.text = "a,b"
            resp.mimetype = "text/csv"
        else:
            resp.media = {"preferred": preferred}

    csv = api.requests.get("/export", headers={"Accept": "text/csv, application/json;q=0.5"})
    assert (csv.text, csv.headers["content-type"]) == ("a,b", "text/csv; charset=utf-8")
    assert api.requests.get("/export", headers={"Accept": "image/png"}).json() == {"preferred": None}


def test_a_handler_asks_whether_a_type_is_accepted() -> None:
    api = API()

    @api.get("/")
    def index(req, resp):
        resp.media = [req.accepts("text/html"), req.accepts("application/json")]

    assert api.requests.get("/", headers={"Accept": "text/*"}).json() == [True, False]


def test_what_json_cannot_say_is_said_in_its_nearest_way() -> None:
    import datetime as dt
    import decimal
    import uuid

    api = API()

    @api.get("/")
    def index(req, resp):
        resp.media = {
            "day": dt.date(2026, 1, 15),
            "id": uuid.UUID(int=1),
            "price": decimal.Decimal("1.10"),
            "nan": float("nan"),
            "big": 2**70,
            "set": {1},
            3: "number key",
        }

    assert api.requests.get("/").json() == {
        "day": "2026-01-15",
        "id": "00000000-0000-0000-0000-000000000001",
        "price": "1.10",
        "nan": None,
        "big": 2**70,
        "set": [1],
        "3": "number key",
    }


def test_an_encoder_comes_first() -> None:
    class Money:
        def __init__(self, cents: int) -> None:
            self.cents = cents

    def encoder(value: object) -> object:
        if isinstance(value, Money):
            return f"{value.cents / 100:.2f}"
        raise TypeError

    api = API(encoder=encoder)

    @api.get("/")
    def index(req, resp):
        resp.media = {"price": Money(450), "also": {1}}

    assert api.requests.get("/").json() == {"price": "4.50", "also": [1]}
    assert api.requests.get("/", headers={"Accept": "application/yaml"}).text == "price: '4.50'\nalso:\n- 1\n"


def test_ascii_on_request() -> None:
    api = API(json_ensure_ascii=True)

    @api.get("/")
    def index(req, resp):
        resp.media = {"name": "né"}

    assert api.requests.get("/").content == b'{"name":"n\\u00e9"}'
