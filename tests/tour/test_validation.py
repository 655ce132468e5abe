"""Pydantic validation: bodies, markers, query models, response models."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BaseModel

from responder import API, Cookie, File, Form, Header, Path, Query, UploadFile


class ItemIn(BaseModel):
    name: str
    price: float


class ItemOut(BaseModel):
    id: int
    name: str
    price: float


class SearchParams(BaseModel):
    q: str
    limit: int = 10
    tags: list[str] = []


def test_a_body_is_parsed_validated_and_injected_and_the_answer_goes_through_the_model() -> None:
    api = API()

    @api.route("/items", methods=["POST"], response_model=ItemOut)
    async def create_item(req, resp, *, item: ItemIn):
        resp.media = {"id": 1, "secret": "x", **item.model_dump()}

    answer = api.requests.post("/items", json={"name": "tea", "price": "4.5"})
    assert answer.json() == {"id": 1, "name": "tea", "price": 4.5}


def test_an_invalid_body_is_422_and_lists_every_fault() -> None:
    api = API()

    @api.route("/items", methods=["POST"])
    async def create_item(req, resp, *, item: ItemIn): ...

    answer = api.requests.post("/items", json={"price": "much"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert (document["title"], document["detail"]) == ("Validation Error", "Validation failed")
    assert [error["loc"] for error in document["errors"]] == [["body", "name"], ["body", "price"]]


@pytest.mark.parametrize("body", [b"[]", b"3", b'"text"', b"null"])
def test_a_body_that_is_no_object_is_422(body: bytes) -> None:
    api = API()

    @api.post("/")
    def create(req, resp, *, item: ItemIn): ...

    answer = api.requests.post("/", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": NaN}'])
def test_a_body_that_is_no_json_is_400(body: bytes) -> None:
    api = API()

    @api.post("/")
    def create(req, resp, *, item: ItemIn): ...

    answer = api.requests.post("/", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["detail"]) == (400, "Invalid JSON body")


def test_yaml_msgpack_and_form_bodies_feed_models_too() -> None:
    from tests.packing import msgpack

    api = API()

    @api.post("/")
    def create(req, resp, *, item: ItemIn):
        return item

    expected = {"name": "tea", "price": 4.5}
    yaml = api.requests.post(
        "/", content="name: tea\nprice: 4.5", headers={"Content-Type": "application/yaml"}
    )
    packed = api.requests.post(
        "/", content=msgpack.packb(expected), headers={"Content-Type": "application/x-msgpack"}
    )
    form = api.requests.post("/", data={"name": "tea", "price": "4.5"})
    assert yaml.json() == packed.json() == form.json() == expected


def test_markers_read_coerce_and_inject() -> None:
    api = API()

    @api.route("/search")
    def search(
        req,
        resp,
        *,
        q: str = Query(...),
        limit: int = Query(10),
        tags: list[str] = Query([]),
        user_agent: str = Header("unknown"),
        session: str | None = Cookie(None),
    ):
        resp.media = [q, limit, tags, user_agent, session]

    answer = api.requests.get(
        "/search?q=cats&limit=5&tags=a&tags=b", headers={"User-Agent": "tester", "Cookie": "session=s"}
    )
    assert answer.json() == ["cats", 5, ["a", "b"], "tester", "s"]
    assert api.requests.get("/search?q=", headers={"User-Agent": "t"}).json() == ["", 10, [], "t", None]


def test_a_missing_or_bad_marker_value_is_422_with_all_faults_at_once() -> None:
    api = API()

    @api.route("/search")
    def search(req, resp, *, q: str = Query(...), limit: int = Query(10, ge=1), token: str = Header(...)): ...

    errors = api.requests.get("/search?limit=0").json()["errors"]
    assert {tuple(error["loc"]): error["type"] for error in errors} == {
        ("query", "q"): "missing",
        ("query", "limit"): "greater_than_equal",
        ("header", "token"): "missing",
    }


def test_body_and_markers_are_reported_together() -> None:
    api = API()

    @api.post("/{id}")
    def create(req, resp, *, id: int, item: ItemIn, notify: bool = Query(...)): ...

    errors = api.requests.post("/x", json={"name": "tea"}).json()["errors"]
    assert sorted(error["loc"] for error in errors) == [
        ["body", "price"],
        ["path", "id"],
        ["query", "notify"],
    ]


def test_a_header_is_looked_up_with_dashes_or_by_its_alias() -> None:
    api = API()

    @api.get("/")
    def index(req, resp, *, x_token: str = Header(...), raw: str = Header(..., alias="X_Raw")):
        resp.media = [x_token, raw]

    assert api.requests.get("/", headers={"X-Token": "t", "X_Raw": "r"}).json() == ["t", "r"]


def test_path_renames_a_segment() -> None:
    api = API()

    @api.route("/users/{uid:int}")
    def get_user(req, resp, *, user_id: int = Path(..., alias="uid")):
        resp.media = {"id": user_id}

    assert api.requests.get("/users/7").json() == {"id": 7}


def test_path_validates_again() -> None:
    api = API()

    @api.route("/users/{id:int}")
    def get_user(req, resp, *, id: int = Path(le=100)):
        resp.media = {"id": id}

    assert api.requests.get("/users/7").json() == {"id": 7}
    assert api.requests.get("/users/700").json()["errors"][0]["loc"] == ["path", "id"]


def test_an_annotation_on_a_text_segment_validates_it() -> None:
    api = API()

    @api.get("/p/{id}")
    def page(req, resp, *, id: int):
        resp.media = id

    assert api.requests.get("/p/7").json() == 7
    answer = api.requests.get("/p/seven")
    assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["path", "id"])


def test_markers_in_annotated() -> None:
    api = API()

    @api.get("/")
    def index(
        req,
        resp,
        *,
        q: Annotated[str, Query(min_length=2)],
        limit: Annotated[int, Query(ge=1)] = 10,
        page: Annotated[int | None, Query()] = None,
    ):
        resp.media = [q, limit, page]

    assert api.requests.get("/?q=tea").json() == ["tea", 10, None]
    assert api.requests.get("/?q=t").status_code == 422


def test_form_and_file_markers() -> None:
    api = API()

    @api.post("/")
    async def upload(req, resp, *, title: str = Form(...), image: UploadFile = File(...)):
        resp.media = [title, image.filename, len(await image.read())]

    answer = api.requests.post("/", data={"title": "cat"}, files={"image": ("cat.png", b"12345")})
    assert answer.json() == ["cat", "cat.png", 5]
    missing = api.requests.post("/", data={"other": "x"})
    assert sorted(error["loc"] for error in missing.json()["errors"]) == [
        ["file", "image"],
        ["form", "title"],
    ]


def test_an_upload_is_saved(tmp_path) -> None:
    api = API()
    target = tmp_path / "uploads" / "avatar.bin"

    @api.route("/avatar", methods=["POST"])
    async def avatar(req, resp, *, image: UploadFile = File(...)):
        path = await image.save(target, create_parents=True)
        resp.media = {"saved": path.name}

    answer = api.requests.post("/avatar", files={"image": ("a.bin", b"bytes")})
    assert answer.json() == {"saved": "avatar.bin"}
    assert target.read_bytes() == b"bytes"


def test_a_model_of_the_whole_query() -> None:
    api = API()

    @api.route("/search", params_model=SearchParams)
    async def search(req, resp):
        params = req.state.validated_params
        resp.media = [params.q, params.limit, params.tags]

    assert api.requests.get("/search?q=x&limit=3&tags=a&tags=b").json() == ["x", 3, ["a", "b"]]
    assert api.requests.get("/search?limit=3").status_code == 422


def test_a_model_of_the_whole_query_as_a_parameter() -> None:
    api = API()

    @api.get("/search")
    async def search(*, params: Annotated[SearchParams, Query()]) -> list[object]:
        return [params.q, params.limit]

    assert api.requests.get("/search?q=x").json() == ["x", 10]


def test_a_return_annotation_is_the_response_model() -> None:
    api = API()

    @api.route("/items", methods=["POST"])
    async def create_item(req, resp, *, item: ItemIn) -> ItemOut:
        return ItemOut(id=1, name=item.name, price=item.price)

    @api.get("/loose")
    def loose(req, resp) -> ItemOut:
        return {"id": "1", "name": "tea", "price": 1, "secret": "x"}  # type: ignore[return-value]  # it is coerced

    assert api.requests.post("/items", json={"name": "a", "price": 1}).json() == {
        "id": 1,
        "name": "a",
        "price": 1.0,
    }
    assert api.requests.get("/loose").json() == {"id": 1, "name": "tea", "price": 1.0}


def test_response_model_false_switches_the_contract_off() -> None:
    api = API()

    @api.get("/", response_model=False)
    def index(req, resp) -> ItemOut:
        return {"anything": True}  # type: ignore[return-value]  # that is the point

    assert api.requests.get("/").json() == {"anything": True}


def test_a_broken_contract_is_a_500_and_in_debug_an_error() -> None:
    def broken(req, resp) -> ItemOut:
        return {"id": "hidden-value"}  # type: ignore[return-value]  # that is the point

    api, debug = API(), API(debug=True)
    api.get("/")(broken)
    debug.get("/")(broken)
    answer = api.test_client(raise_server_exceptions=False).get("/")
    assert answer.status_code == 500
    assert "hidden-value" not in answer.text
    with pytest.raises(Exception, match="ItemOut"):
        debug.requests.get("/")


def test_response_models_may_be_lists_and_unions() -> None:
    api = API()

    @api.get("/list", response_model=list[ItemOut])
    def many(req, resp):
        resp.media = [{"id": 1, "name": "a", "price": 1, "x": 1}]

    @api.get("/union", response_model=ItemOut | ItemIn)
    def either(req, resp):
        resp.media = {"name": "a", "price": 1, "x": 1}

    assert api.requests.get("/list").json() == [{"id": 1, "name": "a", "price": 1.0}]
    assert api.requests.get("/union").json() == {"name": "a", "price": 1.0}


def test_a_status_of_its_own_has_a_model_of_its_own() -> None:
    class Missing(BaseModel):
        error: str

    api = API()

    @api.get("/{id:int}", responses={404: Missing})
    def show(req, resp, *, id: int) -> ItemOut:
        if id == 0:
            resp.status_code = 404
            resp.media = {"error": "none", "secret": "x"}
            return None  # type: ignore[return-value]  # the response is already set
        return ItemOut(id=id, name="a", price=1)

    assert api.requests.get("/0").json() == {"error": "none"}
    assert api.requests.get("/1").json() == {"id": 1, "name": "a", "price": 1.0}


def test_an_unknown_constraint_is_refused_where_it_is_written() -> None:
    with pytest.raises(TypeError, match="maximum"):
        Query(10, maximum=3)  # type: ignore[call-overload]  # wrong on purpose
