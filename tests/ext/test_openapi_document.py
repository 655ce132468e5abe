"""What the document says of ordinary routes: ids, tags, parameters, bodies, answers, errors and security."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

import pytest
from openapi_spec_validator import validate
from pydantic import AfterValidator, BaseModel, Field
from starlette.responses import FileResponse, HTMLResponse

from responder import (
    API,
    SSE,
    Cookie,
    File,
    Form,
    Header,
    Path,
    Problem,
    Query,
    Request,
    Router,
    UploadFile,
    abort,
)
from responder.errors import RouteError
from responder.ext.ratelimit import RateLimiter
from tests.ext.openapi import components, operation, parameters, schema_of_answer, whole

VERSIONS = ("3.0.3", "3.1.1", "3.2.0")


class Item(BaseModel):
    """A thing."""

    id: int
    name: str = "x"


def make(openapi: str = "3.1.1", **options: Any) -> API:
    return API(openapi=openapi, **options)


# --- what is shown, and what it is called


def test_an_operation_is_called_as_its_handler_in_snake_case() -> None:
    api = make()

    @api.get("/a")
    def listItems() -> None: ...

    assert operation(api, "/a")["operationId"] == "list_items"


def test_the_verbs_of_a_class_are_called_as_class_and_verb() -> None:
    api = make()

    @api.route("/pets")
    class PetList:
        def on_get(self) -> None: ...

        def on_delete(self) -> None: ...

    assert operation(api, "/pets")["operationId"] == "pet_list_get"
    assert operation(api, "/pets", "delete")["operationId"] == "pet_list_delete"


def test_one_function_for_several_methods_has_an_id_for_each() -> None:
    api = make()

    @api.route("/a", methods=["PUT", "POST"])
    def save() -> None: ...

    assert operation(api, "/a", "put")["operationId"] == "save_put"
    assert operation(api, "/a", "post")["operationId"] == "save_post"


def test_a_route_for_every_method_is_shown_as_get_or_as_post_where_it_reads_a_body() -> None:
    api = make()

    @api.route("/a")
    def plain() -> None: ...

    @api.route("/b")
    def form(*, name: str = Form()) -> None: ...

    assert list(api.openapi.document["paths"]["/a"]) == ["get"]
    assert list(api.openapi.document["paths"]["/b"]) == ["post"]


def test_two_handlers_of_one_name_are_refused_naming_both() -> None:
    api = make()

    def users() -> None:
        @api.get("/users")
        def show() -> None: ...

    def items() -> None:
        @api.get("/items")
        def show() -> None: ...

    users()
    items()
    with pytest.raises(RouteError) as caught:
        _ = api.operations
    assert '"show (GET /users)" and "show (GET /items)" are both called "show"' in str(caught.value)
    assert caught.value.code == "responder-document"


def test_without_a_document_two_handlers_may_have_one_name() -> None:
    api = API()

    def again() -> None:
        @api.get("/a")
        def show() -> None: ...

    @api.get("/b")
    def show() -> None: ...

    again()
    assert len(api.operations) == 2


def test_one_handler_under_several_paths_has_the_words_of_the_later_ones_added() -> None:
    api = make()
    router = Router()

    @router.get("/items/{id:int}")
    def show(*, id: int) -> None: ...

    api.include_router(router, prefix="/v1")
    api.include_router(router, prefix="/v2")
    assert operation(api, "/v1/items/{id}")["operationId"] == "show"
    assert operation(api, "/v2/items/{id}")["operationId"] == "show_v2_items_id"


def test_ids_are_given_by_hand_or_by_a_rule_of_ones_own() -> None:
    api = make()

    @api.openapi.operation_ids
    def name(route: Any, method: str) -> str | None:
        return f"{method.lower()}{len(route.path)}"

    @api.get("/a", operation_id="by_hand")
    def one() -> None: ...

    @api.get("/abc")
    def two() -> None: ...

    assert operation(api, "/a")["operationId"] == "by_hand"
    assert operation(api, "/abc")["operationId"] == "get4"


def test_private_routes_sockets_and_the_document_itself_are_not_shown() -> None:
    api = make()

    @api.get("/hidden", include_in_schema=False)
    def hidden() -> None: ...

    @api.route("/ws", websocket=True)
    async def talk(ws: Any) -> None: ...

    assert api.openapi.document["paths"] == {}


def test_every_operation_has_a_tag_and_every_tag_a_description() -> None:
    api = make()
    api.openapi.tag("Pets", "Animals that live with people.")

    @api.get("/shop/items")
    def one() -> None: ...

    @api.get("/pets", tags=["Pets"])
    def two() -> None: ...

    assert operation(api, "/shop/items")["tags"] == ["Shop"]
    assert api.openapi.document["tags"] == [
        {"name": "Pets", "description": "Animals that live with people."},
        {"name": "Shop", "description": "Operations on shop."},
    ]


def test_templates_that_differ_in_the_names_of_fields_are_one_path() -> None:
    api = make()

    @api.get("/items/{id:int}")
    def show(*, id: int) -> None: ...

    @api.delete("/items/{item_id:int}")
    def remove(*, item_id: int) -> None: ...

    assert list(api.openapi.document["paths"]) == ["/items/{id}"]
    assert list(parameters(api, "/items/{id}", "delete")) == ["id"]


def test_of_two_routes_that_differ_in_convertors_the_first_is_shown_and_the_other_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def by_id(id: int) -> None: ...

    def by_name(name: str) -> None: ...

    def app(*, hidden: bool) -> API:
        api = make()
        api.get("/items/{id:int}", include_in_schema=not hidden, operation_id="by_id")(by_id)
        api.get("/items/{name}", operation_id="by_name")(by_name)
        return api

    assert operation(app(hidden=False), "/items/{id}")["operationId"] == "by_id"
    (warning,) = [one.getMessage() for one in caplog.records if "convertors" in one.getMessage()]
    assert "GET /items/{name} beside /items/{id:int}" in warning
    caplog.clear()
    assert operation(app(hidden=True), "/items/{name}")["operationId"] == "by_name"
    assert not caplog.records


# --- what is sent


def test_the_fields_of_a_path_have_the_types_of_their_convertors_and_annotations() -> None:
    api = make()

    @api.get("/{a:int}/{b:float}/{c:uuid}/{d}/{e:path}")
    def show(*, a: int, b: float, c: uuid.UUID, d: datetime.date, e: str) -> None: ...

    found = parameters(api, "/{a}/{b}/{c}/{d}/{e}")
    assert [one["schema"] for one in found.values()] == [
        {"type": "integer", "minimum": 0},
        {"type": "number", "minimum": 0},
        {"type": "string", "format": "uuid"},
        {"type": "string", "format": "date"},
        {"type": "string"},
    ]
    assert all(one["required"] and one["in"] == "path" for one in found.values())


def test_a_path_marker_adds_its_constraints() -> None:
    api = make()

    @api.get("/items/{id:int}")
    def show(*, number: int = Path(alias="id", ge=1, description="Which one")) -> None: ...

    found = parameters(api, "/items/{id}")["id"]
    assert found["schema"] == {"type": "integer", "minimum": 1}
    assert found["description"] == "Which one"


@pytest.mark.defect(12)
def test_defaults_bounds_and_styles_of_parameters_are_written_out() -> None:
    api = make()

    @api.get("/a")
    def show(
        *,
        limit: int = Query(20, ge=1, le=100, deprecated=True),
        tag: list[str] = Query([], description="Any of these"),
        q: str | None = Query(None, min_length=2, examples=["cat"]),
        user_agent: str = Header(),
        language: str = Header("en", alias="X-Language"),
        theme: Literal["dark", "light"] = Cookie("dark"),
    ) -> None: ...

    found = parameters(api, "/a")
    assert found["limit"] == {
        "name": "limit",
        "in": "query",
        "required": False,
        "deprecated": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    }
    assert found["tag"]["style"] == "form"
    assert found["tag"]["explode"] is True
    assert found["tag"]["schema"] == {"type": "array", "items": {"type": "string"}, "default": []}
    assert found["q"]["schema"] == {"type": "string", "minLength": 2, "examples": ["cat"]}
    assert found["user-agent"]["in"] == "header"
    assert found["user-agent"]["required"] is True
    assert found["X-Language"]["schema"] == {"type": "string", "default": "en"}
    assert found["theme"]["schema"] == {"type": "string", "enum": ["dark", "light"], "default": "dark"}


def test_a_default_beside_annotated_is_written_too() -> None:
    api = make()

    @api.get("/a")
    def show(*, limit: Annotated[int, Query(ge=1)] = 5) -> None: ...

    assert parameters(api, "/a")["limit"]["schema"]["default"] == 5


def test_a_model_of_the_query_is_its_fields() -> None:
    class Search(BaseModel):
        q: str
        page: int = 1
        tags: list[str] = []
        after: datetime.date | None = None

    api = make()

    @api.get("/a", params_model=Search)
    def show() -> None: ...

    found = parameters(api, "/a")
    assert list(found) == ["q", "page", "tags", "after"]
    assert [one["required"] for one in found.values()] == [True, False, False, False]
    assert found["after"]["schema"] == {"type": "string", "format": "date"}
    assert found["tags"]["explode"] is True
    assert "Search" not in components(api)


def test_a_body_is_json_and_required_unless_it_has_a_default() -> None:
    api = make()

    @api.post("/a")
    def create(*, item: Item) -> None: ...

    @api.post("/b")
    def maybe(*, item: Item | None = None) -> None: ...

    body = operation(api, "/a", "post")["requestBody"]
    assert body == {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}},
    }
    assert operation(api, "/b", "post")["requestBody"]["required"] is False


def test_raw_bodies_are_binary() -> None:
    from responder import Body

    api = make()

    @api.post("/a")
    def take(*, raw: bytes = Body()) -> None: ...

    content = operation(api, "/a", "post")["requestBody"]["content"]
    assert content["application/octet-stream"]["schema"]["format"] == "binary"


def test_forms_are_components_and_multipart_where_there_are_files() -> None:
    api = make()

    @api.post("/a")
    def sign_in(*, name: str = Form(), remember: bool = Form(False)) -> None: ...

    @api.post("/b")
    def upload(*, title: str = Form(), files: list[UploadFile] = File()) -> None: ...

    (plain,) = operation(api, "/a", "post")["requestBody"]["content"].items()
    assert plain[0] == "application/x-www-form-urlencoded"
    assert components(api)["SignInForm"] == {
        "type": "object",
        "properties": {"name": {"type": "string"}, "remember": {"type": "boolean", "default": False}},
        "required": ["name"],
    }
    content = operation(api, "/b", "post")["requestBody"]["content"]
    assert content == {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/UploadForm"}}}
    files = components(api)["UploadForm"]["properties"]["files"]
    assert files["items"] == {
        "type": "string",
        "format": "binary",
        "contentMediaType": "application/octet-stream",
    }
    assert files["minItems"] == 1


# --- what is answered


Picture = Annotated[
    UploadFile,
    AfterValidator(lambda file: file),
    Field(json_schema_extra={"contentMediaType": "image/png"}),
]


def test_what_is_asked_of_an_upload_is_shown_and_its_media_type_is_its_encoding() -> None:
    api = API(openapi="3.0.3")

    @api.post("/")
    def take(
        *,
        all: list[Picture] = File(max_length=3),
        cover: Picture | None = File(None),
        any: UploadFile = File(),
    ) -> None: ...

    (media,) = operation(api, "/", "post")["requestBody"]["content"].values()
    assert media["encoding"] == {"all": {"contentType": "image/png"}, "cover": {"contentType": "image/png"}}
    form = components(api)["TakeForm"]["properties"]
    file = {"type": "string", "format": "binary"}
    assert form == {
        "all": {"type": "array", "items": file, "maxItems": 3, "minItems": 1},
        "cover": file,
        "any": file,
    }


def test_a_form_field_of_bytes_is_text() -> None:
    api = API(openapi="3.1.1")

    class Data(BaseModel):
        data: bytes

    @api.post("/")
    def take(*, form: Data = Form()) -> None: ...

    assert set(operation(api, "/", "post")["requestBody"]["content"]) == {"application/x-www-form-urlencoded"}


def test_an_answer_stands_under_its_declared_status() -> None:
    api = make()

    @api.post("/a", status_code=201)
    def create() -> Item:
        return Item(id=1)

    @api.delete("/a", status_code=204)
    def remove() -> None: ...

    assert schema_of_answer(api, "/a", "post", "201") == {"$ref": "#/components/schemas/Item"}
    assert operation(api, "/a", "delete")["responses"]["204"] == {"description": "No Content"}


def test_statuses_of_the_return_annotation_are_shown_each() -> None:
    api = make()

    @api.put("/a")
    def save() -> Item | tuple[Item, Literal[201]] | tuple[None, Literal[204]]:
        return Item(id=1)

    answers = operation(api, "/a", "put")["responses"]
    assert answers["200"]["content"] == answers["201"]["content"]
    assert "content" not in answers["204"]


def test_text_bytes_pages_and_files_are_told_apart() -> None:
    api = make()

    @api.get("/text")
    def text() -> str:
        return ""

    @api.get("/bytes")
    def raw() -> bytes:
        return b""

    @api.get("/page")
    def page() -> HTMLResponse:
        return HTMLResponse("")

    @api.get("/file")
    def file() -> FileResponse:
        return FileResponse("x")

    def media(path: str) -> list[str]:
        return list(operation(api, path)["responses"]["200"]["content"])

    assert [media(path) for path in ("/text", "/bytes", "/page", "/file")] == [
        ["text/plain"],
        ["application/octet-stream"],
        ["text/html"],
        ["application/octet-stream"],
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_streams_name_the_schema_of_their_items(version: str) -> None:
    api = make(version)

    @api.sse("/events")
    async def events() -> AsyncIterator[SSE[Item]]:
        yield SSE(Item(id=1))

    @api.ndjson("/lines")
    async def lines() -> AsyncIterator[Item]:
        yield Item(id=1)

    item = {"$ref": "#/components/schemas/Item"}
    event = operation(api, "/events")["responses"]["200"]["content"]["text/event-stream"]
    line = operation(api, "/lines")["responses"]["200"]["content"]["application/x-ndjson"]
    if version == "3.2.0":
        assert event["itemSchema"]["properties"]["data"]["contentSchema"] == item
        assert line == {"itemSchema": item}
    else:
        assert event["schema"]["type"] == "string"
        assert event["x-responder-item-schema"] == item
        assert ("contentSchema" in event["schema"]) == (version == "3.1.1")


def test_models_for_other_statuses_headers_and_texts_are_shown() -> None:
    class Missing(BaseModel):
        id: int

    api = make()

    @api.get(
        "/a",
        responses={
            200: {"headers": {"X-Total": int, "X-Page": {"schema": {"type": "integer"}}}},
            404: Missing,
            410: "It was here once",
        },
    )
    def show() -> Item:
        return Item(id=1)

    answers = operation(api, "/a")["responses"]
    assert answers["200"]["headers"] == {
        "X-Total": {"schema": {"type": "integer"}},
        "X-Page": {"schema": {"type": "integer"}},
    }
    assert schema_of_answer(api, "/a", status="404") == {"$ref": "#/components/schemas/Missing"}
    assert answers["410"] == {"description": "It was here once"}
    assert list(answers) == ["200", "404", "410", "default"]


def test_errors_are_shown_only_where_they_can_happen() -> None:
    api = make(request_timeout=5, csrf=True, secret_key="k" * 32)

    @api.get("/quiet", timeout=None)
    def quiet() -> None: ...

    @api.get("/{id:int}")
    def show(*, id: int, limit: int = Query(1)) -> None: ...

    @api.post("/items")
    def create(*, item: Item) -> None: ...

    def errors(path: str, method: str) -> list[str]:
        return [one for one in operation(api, path, method)["responses"] if not one.startswith("2")]

    @api.get("/by-key/{key:uuid}/{day}", timeout=None)
    def by_key(*, key: uuid.UUID, day: str) -> None: ...

    assert errors("/by-key/{key}/{day}", "get") == ["404", "default"]
    assert errors("/quiet", "get") == ["default"]
    assert errors("/{id}", "get") == ["404", "422", "504", "default"]
    assert errors("/items", "post") == ["400", "403", "413", "415", "422", "504", "default"]


def test_a_cap_that_is_off_is_no_413() -> None:
    api = make(max_request_size=None)

    @api.post("/a")
    def one() -> None: ...

    @api.post("/b", max_body_size=10)
    def two() -> None: ...

    assert "413" not in operation(api, "/a", "post")["responses"]
    assert "413" in operation(api, "/b", "post")["responses"]


def test_errors_are_shared_problem_documents() -> None:
    api = make()

    @api.get("/{id:int}")
    def show(*, id: int) -> None: ...

    assert operation(api, "/{id}")["responses"]["404"] == {"$ref": "#/components/responses/NotFound"}
    shared: Any = whole(api)["components"]["responses"]
    assert shared["NotFound"]["content"] == {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
    }
    assert components(api)["Problem"]["required"] == ["type", "title", "status"]


def test_headers_that_hooks_and_problems_put_onto_answers_are_shown() -> None:
    api = API(openapi="3.1.1")
    limiter = RateLimiter(requests=5, period=60)

    @api.get("/limited", responses={200: {"headers": {"X-Own": int}}})
    @limiter.limit
    def limited() -> dict[str, int]:
        return {}

    @api.get("/free")
    def free() -> dict[str, int]:
        return {}

    @api.get("/own", raises=[Slow])
    def own() -> dict[str, int]:
        return {}

    budget = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    answers = operation(api, "/limited")["responses"]
    assert set(answers["200"]["headers"]) == {*budget, "X-Own"}
    assert list(answers["200"]) == ["description", "headers", "content"]
    assert answers["429"] == {"$ref": "#/components/responses/TooManyRequests"}
    shared: Any = whole(api)["components"]["responses"]
    assert set(shared["TooManyRequests"]["headers"]) == {*budget, "Retry-After"}
    assert "headers" not in operation(api, "/free")["responses"]["200"]
    assert set(operation(api, "/own")["responses"]["429"]["headers"]) == {"Retry-After", "X-Slow"}


class Slow(Problem):
    status = 429
    title = "Too Many Requests"
    answer_headers: ClassVar[Mapping[str, object]] = {"X-Slow": int}


def test_the_short_form_of_errors_is_documented_as_it_is_sent() -> None:
    api = make(problem_details=False)

    @api.post("/items")
    def create(*, item: Item) -> None: ...

    shared: Any = whole(api)["components"]["responses"]
    assert list(shared["ValidationProblem"]["content"]) == ["application/json"]
    assert set(shared["BadRequest"]["content"]) == {"application/json", "text/plain"}
    assert "Problem" not in components(api)


# --- security


class Guard:
    """An auth helper, as far as the document looks."""

    def __init__(self, name: str, *scopes: str, optional: bool = False) -> None:
        self.security: list[dict[str, list[str]]] = [{name: list(scopes)}]
        if optional:
            self.security.insert(0, {})
        self.schemes = {name: {"type": "http", "scheme": "bearer"}}

    async def __call__(self, request: Request) -> object:
        return self


def test_public_operations_say_so() -> None:
    api = make()

    @api.get("/a")
    def show() -> None: ...

    assert operation(api, "/a")["security"] == []


@pytest.mark.defect(32)
def test_several_guards_are_one_requirement() -> None:
    api = make()

    @api.get("/a", auth=[Guard("one", "read"), Guard("two")])
    def show() -> None: ...

    @api.get("/b", auth=[Guard("one", optional=True), Guard("two")])
    def maybe() -> None: ...

    assert operation(api, "/a")["security"] == [{"one": ["read"], "two": []}]
    assert operation(api, "/b")["security"] == [{"two": []}, {"one": [], "two": []}]
    assert set(whole(api)["components"]["securitySchemes"]) == {"one", "two"}
    assert "401" in operation(api, "/a")["responses"]


@pytest.mark.parametrize(("version", "shown"), [("3.0.3", []), ("3.1.1", ["read"]), ("3.2.0", ["read"])])
def test_scopes_of_schemes_without_any_are_said_where_openapi_lets_them(
    version: str, shown: list[str]
) -> None:
    api = make(version)
    api.add_security_scheme("id", {"type": "openIdConnect", "openIdConnectUrl": "https://id.example/"})

    @api.get("/a", auth=Guard("token", "read"))
    def show() -> None: ...

    @api.get("/b", security=[{"id": ["write"]}])
    def scoped() -> None: ...

    assert operation(api, "/a")["security"] == [{"token": shown}]
    assert operation(api, "/b")["security"] == [{"id": ["write"]}]
    validate(api.openapi.document)


def test_a_guard_that_says_nothing_of_itself_is_no_open_door() -> None:
    api = make()

    def only_ann(req: Request) -> str:
        if req.headers.get("X-Name") != "ann":
            abort(401)
        return "ann"

    @api.get("/a", auth=only_ann)
    def show() -> None: ...

    @api.get("/b")
    def public() -> None: ...

    assert "401" in operation(api, "/a")["responses"]
    assert "security" not in operation(api, "/a")
    assert "401" not in operation(api, "/b")["responses"]
    assert operation(api, "/b")["security"] == []


def test_a_guard_counts_also_where_security_is_said_in_other_words() -> None:
    api = make()

    @api.get("/a", auth=Guard("one"), security=[])
    def show() -> None: ...

    assert operation(api, "/a")["security"] == []
    assert "401" in operation(api, "/a")["responses"]


def test_a_default_scheme_holds_for_what_says_nothing_else() -> None:
    api = make()
    api.add_security_scheme("token", {"type": "http", "scheme": "bearer"}, default=True)

    @api.get("/a")
    def usual() -> None: ...

    @api.get("/b", auth=None)
    def public() -> None: ...

    @api.get("/c", security=[])
    def said() -> None: ...

    assert whole(api)["security"] == [{"token": []}]
    assert "security" not in operation(api, "/a")
    assert operation(api, "/b")["security"] == []
    assert operation(api, "/c")["security"] == []


def test_security_in_words_of_ones_own_documents_only() -> None:
    api = make()
    api.add_security_scheme("token", {"type": "http", "scheme": "bearer"})

    @api.get("/a", security=["token"])
    def show(req: Request) -> str:
        return "open"

    assert operation(api, "/a")["security"] == [{"token": []}]
    assert api.requests.get("/a").text == "open"


def test_a_scheme_that_nobody_declared_is_refused() -> None:
    api = make()

    @api.get("/a", security=["token"])
    def show() -> None: ...

    with pytest.raises(RouteError, match='"token" is not known'):
        _ = api.operations


def test_schemes_need_a_document_and_cannot_be_two_things() -> None:
    with pytest.raises(RuntimeError, match="no OpenAPI document"):
        API().add_security_scheme("token", {"type": "http", "scheme": "bearer"})
    api = make()
    api.add_security_scheme("token", {"type": "http", "scheme": "bearer"})
    api.add_security_scheme("token", {"type": "http", "scheme": "bearer"})
    with pytest.raises(ValueError, match="another security scheme 'token'"):
        api.add_security_scheme("token", {"type": "http", "scheme": "basic"})


# --- the document as a whole


def test_the_service_introduces_itself() -> None:
    api = make(
        title="Shop",
        version="2.1",
        description="Things.",
        terms_of_service="https://example.com/terms",
        contact={"name": "Ann"},
        license={"name": "MIT"},
        openapi_servers=[{"url": "https://api.example.com"}],
    )
    assert api.openapi.document["info"] == {
        "title": "Shop",
        "description": "Things.",
        "termsOfService": "https://example.com/terms",
        "contact": {"name": "Ann"},
        "license": {"name": "MIT"},
        "version": "2.1",
    }
    assert api.openapi.document["servers"] == [{"url": "https://api.example.com"}]


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.1.0", "3.1.1", "3.2.0"])
def test_the_document_is_valid_in_every_version(version: str) -> None:
    api = make(version)

    @api.get("/items/{id:int}")
    def show(*, id: int, limit: int | None = Query(None, gt=1), at: datetime.date | None = None) -> Item:
        return Item(id=id)

    @api.post("/items")
    def create(*, item: list[Item | None]) -> Item | None: ...

    document: Any = api.openapi.document
    assert document["openapi"] == version
    validate(document)


def test_the_same_routes_give_the_same_bytes() -> None:
    def once() -> tuple[str, str]:
        api = make()

        @api.post("/b")
        def b(*, item: Item) -> Item:
            return item

        @api.get("/a")
        def a() -> list[Item]:
            return []

        return api.openapi.to_json(), api.openapi.to_yaml()

    assert once() == once()


def test_the_document_is_made_once_and_again_when_something_is_declared() -> None:
    api = make()
    first = api.openapi.document
    assert api.openapi.document is first

    @api.get("/a")
    def show() -> None: ...

    assert list(api.openapi.document["paths"]) == ["/a"]
    assert first["paths"] == {}


def test_a_schema_is_made_once_however_many_routes_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from responder.ext.openapi.generator import Generator

    made: list[object] = []
    make_schema = Generator.make

    def counted(self: Generator, schema: Any, mode: Any) -> Any:
        made.append(schema)
        return make_schema(self, schema, mode)

    monkeypatch.setattr(Generator, "make", counted)
    counts: list[int] = []
    for routes in (10, 100):
        api = make()
        for number in range(routes):

            def handler(*, id: int, item: Item, limit: int = Query(1, ge=1)) -> Item:
                return item

            api.post(f"/{number}/{{id:int}}", operation_id=f"handler{number}")(handler)
        made.clear()
        _ = api.openapi.document
        counts.append(len(made))
    assert counts[0] == counts[1] <= 5
