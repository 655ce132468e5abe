"""Generated clients of documents that others wrote, in carelessness or malice."""

from __future__ import annotations

import ast
import re
import sys
from types import ModuleType
from typing import cast

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responder import ConfigurationError
from responder.ext.clients import generate_client

Document = dict[str, object]
JSON = "application/json"
EVIL = [
    *('"""', '\\"""', 'x"""\nevil()\n"""', "\\", "\n", "\r", "\x00", "\ud800", "😀", "ﬁ", '"', "'", "{", "}"),
    *(
        " | ",
        "x | None",
        "{evil()}",
        "x', evil(), '",
        'x", evil(), "',
        "'], evil(), ['",
        "\u2028",
        "",
        "_",
        "1",
    ),
    *(
        "__init__",
        "__class__",
        "__debug__",
        "_send",
        "_json",
        "close",
        "self",
        "body",
        "call",
        "path",
        "cast",
    ),
    *("segment", "str", "list", "object", "bytes", "json", "T", "HttpCall", "APIClient", "class", "None"),
]
TEXTS = st.sampled_from(EVIL) | st.text(max_size=6)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
KINDS = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object", "odd"])


def having(**members: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """An object that may have these members; `in_` is `in`."""
    return st.fixed_dictionaries({}, optional={name.rstrip("_"): value for name, value in members.items()})


REFERENCES = having(**{"$ref": TEXTS | st.sampled_from("ABC").map("#/components/schemas/{}".format)})
SIMPLE = having(
    type=KINDS | st.lists(KINDS, max_size=3),
    enum=st.lists(SCALARS, max_size=3),
    const=ANYTHING,
    default=ANYTHING,
    description=TEXTS,
    nullable=st.booleans(),
)


def _nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    several = st.lists(inner, max_size=3)
    return ANYTHING | having(
        type=KINDS,
        properties=st.dictionaries(TEXTS, inner, max_size=3),
        required=st.lists(TEXTS, max_size=2),
        items=inner,
        prefixItems=several,
        anyOf=several,
        oneOf=several,
        allOf=several,
        additionalProperties=inner,
    )


SCHEMAS = st.recursive(REFERENCES | SIMPLE, _nested, max_leaves=5)
MEDIA_TYPES = st.sampled_from(
    [JSON, "text/event-stream", "application/x-ndjson", "multipart/form-data", "text/plain"]
)
CONTENT = st.dictionaries(
    MEDIA_TYPES | TEXTS, having(schema=SCHEMAS, itemSchema=SCHEMAS) | ANYTHING, max_size=2
)
PARAMETERS = ANYTHING | having(
    name=TEXTS,
    in_=st.sampled_from(["path", "query", "header", "cookie", "odd"]),
    required=st.booleans(),
    schema=SCHEMAS,
    style=st.sampled_from(["deepObject", "pipeDelimited"]),
    explode=st.booleans(),
    description=TEXTS,
    content=CONTENT,
)
STATUSES = st.sampled_from(["200", "201", "302", "404", "4XX", "default"]) | TEXTS
OPERATIONS = ANYTHING | having(
    operationId=TEXTS,
    summary=TEXTS,
    description=TEXTS,
    parameters=st.lists(PARAMETERS, max_size=3) | ANYTHING,
    requestBody=having(required=st.booleans(), content=CONTENT) | ANYTHING,
    responses=st.dictionaries(STATUSES, having(content=CONTENT) | ANYTHING, max_size=3) | ANYTHING,
)
PATHS = st.sampled_from(["/a/{x}", '/a"b', "/a\\{x}", "/{evil()}", "/{a}{b}", "/{}", "/{x"]) | TEXTS.map(
    "/".__add__
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "openapi": st.just("3.1.1"),
        "paths": st.dictionaries(
            PATHS, having(get=OPERATIONS, post=OPERATIONS, parameters=ANYTHING), max_size=3
        ),
    },
    optional={
        "info": having(title=TEXTS, version=TEXTS) | ANYTHING,
        "components": ANYTHING
        | having(schemas=st.dictionaries(st.sampled_from("ABC") | TEXTS, SCHEMAS, max_size=3) | ANYTHING),
    },
)


def loaded(text: str) -> ModuleType:
    """A generated client, imported."""
    module = ModuleType("made_client")
    sys.modules["made_client"] = module
    exec(compile(text, "made_client.py", "exec"), module.__dict__)
    del sys.modules["made_client"]
    return module


def operation(found: object, *, path: str = "/x", **more: object) -> str:
    """The client of a document with one operation."""
    return generate_client({"openapi": "3.1.1", "paths": {path: {"get": found}}, **more})


def sent(text: str, *args: object, **kwargs: object) -> httpx.Request:
    """What the one call of a client sends."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=b"null")

    with httpx.Client(transport=httpx.MockTransport(answer)) as session:
        client: object = vars(loaded(text))["APIClient"]("http://test/v1", session=session)
        cast("object", getattr(client, "go")(*args, **kwargs))  # noqa: B009  # only the document knows it
    return asked[0]


def parameter(name: str, place: str, **more: object) -> Document:
    """A parameter."""
    return {"name": name, "in": place, **more}


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))  # pyright: ignore[reportArgumentType]  # a list of its members
@given(DOCUMENTS)
def test_any_document_gives_a_module_that_runs_or_is_refused(document: Document) -> None:
    try:
        text = generate_client(document)
    except ConfigurationError:
        return
    text.encode()
    calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    assert not [one for one in calls if isinstance(one, ast.Name) and one.id == "evil"]
    loaded(text)


def test_no_text_of_a_document_becomes_code() -> None:
    for evil in EVIL:
        schema = {"enum": [evil, "x"], "description": evil}
        problem = {"type": "object", "properties": {"type": {"const": evil}}}
        found: Document = {
            "operationId": evil,
            "summary": evil,
            "description": evil,
            "parameters": [
                parameter(evil, place, schema={**schema, "default": evil}, description=evil)
                for place in ("query", "header", "cookie")
            ],
            "requestBody": {"content": {f"text/{evil}": {}}},
            "responses": {
                "200": {"content": {JSON: {"schema": {"type": "object", "properties": {evil: schema}}}}},
                "404": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Bad"}}}},
            },
        }
        keys = {"type": "apiKey", "in": "header", "name": evil}
        components = {"schemas": {evil: schema, "Bad": problem}, "securitySchemes": {evil: keys}}
        info = {"title": evil, "version": evil}
        text = operation(found, path=f"/{evil}/{{{evil}}}", components=components, info=info)
        calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        assert not [one for one in calls if isinstance(one, ast.Name) and one.id == "evil"]
        loaded(text)


def test_a_path_is_text_and_its_parameters_are_segments() -> None:
    text = operation({"operationId": "go"}, path='/a"b\\{x}/{y}')
    assert sent(text, "..", ["a/b", "c,d"]).url.raw_path == b"/v1/a%22b\\%2E%2E/a%2Fb,c%2Cd"
    assert "/y" not in operation({"operationId": "go"}, path="@evil.example/y")


def test_methods_are_not_called_like_what_a_client_is_made_of() -> None:
    for name in ("_send", "_json", "_lines", "__init__", "close", "bytes", "object"):
        client: type = vars(loaded(operation({"operationId": name})))["APIClient"]
        base = vars(client)
        assert {"close", "_send", "_json", "_lines", "__init__"}.isdisjoint(base), name


def test_parameters_of_every_style_are_written_by_its_rules() -> None:
    numbers = {"type": "array", "items": {"type": "integer"}}
    found = {
        "operationId": "go",
        "parameters": [
            parameter("one", "query", schema=numbers),
            parameter("joined", "query", schema=numbers, explode=False),
            parameter("piped", "query", schema=numbers, style="pipeDelimited"),
            parameter("deep", "query", schema={"type": "object"}, style="deepObject"),
            parameter("object", "query", schema={"type": "object"}),
            parameter("json", "query", content={JSON: {"schema": {"type": "object"}}}),
            parameter("X-List", "header", schema=numbers),
            parameter("Accept", "header", schema={"type": "string"}),
            parameter("spice", "cookie", schema={"type": "string"}),
        ],
    }
    request = sent(
        operation(found),
        one=[1, 2],
        joined=[1, 2],
        piped=[1, 2],
        deep={"a": True, "b": ["x", "y"]},
        object={"c": 1},
        json={"d": None},
        x_list=[3, 4],
        spice="a=b/c;ü",
    )
    assert list(request.url.params.multi_items()) == [
        *(("one", "1"), ("one", "2"), ("joined", "1,2"), ("piped", "1|2"), ("deep[a]", "true")),
        *(("deep[b]", "x"), ("deep[b]", "y"), ("c", "1"), ("json", '{"d":null}')),
    ]
    assert request.headers["x-list"] == "3, 4"
    assert request.headers["accept"] == "*/*"
    assert request.headers["cookie"] == "spice=a=b/c%3B%C3%BC"
    assert sent(operation(found)).url.query == b""


def test_defaults_are_those_that_the_type_allows() -> None:
    wrong = [
        ("number", float("nan")),
        ("string", 3),
        ("integer", True),
        ("integer", "1"),
        ("array", "x"),
        ("object", "x"),
    ]
    names = [
        parameter(f"p{index}", "query", schema={"type": k, "default": v})
        for index, (k, v) in enumerate(wrong)
    ]
    text = operation({"operationId": "go", "parameters": names})
    for index in range(len(wrong)):
        assert re.search(rf"p{index}: [^=]* \| None = None", text), index


def test_media_types_are_those_of_the_document() -> None:
    found: Document = {
        "operationId": "go",
        "requestBody": {"required": True, "content": {"application/merge-patch+json": {}}},
        "responses": {"200": {"content": {"application/hal+json": {}}}},
    }
    request = sent(operation(found), {"a": 1})
    assert request.headers["content-type"] == "application/merge-patch+json"
    assert request.headers["accept"] == "application/hal+json"


def test_forms_keep_their_lines_whatever_they_are_given() -> None:
    fields = {"f": {"type": "string", "format": "binary"}, "meta": {"type": "object"}}
    content = {"multipart/form-data": {"schema": {"type": "object", "properties": fields}}}
    text = operation({"operationId": "go", "requestBody": {"required": True, "content": content}})
    body = sent(
        text, {"f": ('a"\r\nX: 1', b"--x", "text/plain\r\nX: 1"), "meta": {"a": [1]}, "x\r\ny": "1"}
    ).content
    assert b"\r\nX: 1" not in body
    assert b'filename="a%22%0D%0AX: 1"\r\n' in body
    assert b'name="x%0D%0Ay"' in body
    assert b'{"a": [1]}' in body


def test_circles_end() -> None:
    schemas = {
        "Itself": {"$ref": "#/components/schemas/Itself"},
        "Union": {"anyOf": [{"$ref": "#/components/schemas/Union"}, {"type": "string"}]},
        "All": {"allOf": [{"$ref": "#/components/schemas/All"}, {"properties": {"a": {"type": "integer"}}}]},
        "List": {"type": "array", "items": {"$ref": "#/components/schemas/List"}},
        "Alias": {"$ref": "#/components/schemas/List"},
    }
    answers = {"400": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Union"}}}}}
    text = operation({"operationId": "go", "responses": answers}, components={"schemas": schemas})
    for line in (
        'Itself: TypeAlias = "object"',
        'List: TypeAlias = "list[List]"',
        'Alias: TypeAlias = "List"',
    ):
        assert line in text
    made = vars(loaded(text))
    right: list[tuple[str, object]] = [("Itself", 1), ("Union", "x"), ("All", {"a": 1}), ("List", [[], [[]]])]
    for name, value in right:
        made["CHECKS"].check(name, value, "value")
    wrong: list[tuple[str, object]] = [("All", {"a": "x"}), ("List", [[1]])]
    for name, value in wrong:
        with pytest.raises(made["APIValidationError"]):
            made["CHECKS"].check(name, value, "value")


def test_circles_of_python_and_great_depth_are_refused() -> None:
    circle: Document = {"openapi": "3.1.1"}
    circle["paths"] = {"/": {"get": circle}}
    deep: Document = {"type": "string"}
    for _ in range(100_000):
        deep = {"type": "array", "items": deep}
    for document in (circle, {"openapi": "3.1.1", "paths": {}, "components": {"schemas": {"Deep": deep}}}):
        with pytest.raises(ConfigurationError, match="too deeply"):
            generate_client(document)


def test_statuses_that_yaml_takes_for_numbers_are_statuses() -> None:
    text = generate_client(
        """
openapi: 3.0.3
paths:
  /day:
    get:
      operationId: day
      parameters: [{name: since, in: query, schema: {type: string, default: 2020-01-01}}]
      responses:
        200: {description: ok, content: {application/json: {schema: {type: string}}}}
        404: {description: none}
"""
    )
    assert "def day(self, since: str | None = '2020-01-01') -> str:" in text


@pytest.mark.parametrize("name", ["class", "SSEEvent", "json", "Exception", "_Private", "Sync" + "Client"])
def test_a_class_has_a_name_that_is_free(name: str) -> None:
    with pytest.raises(ConfigurationError):
        generate_client({"openapi": "3.1.1", "paths": {}}, class_name=name)


def test_a_thousand_operations_of_one_name_are_a_thousand_methods() -> None:
    paths = {f"/{number}": {"get": {"operationId": "same"}} for number in range(1000)}
    text = generate_client({"openapi": "3.1.1", "paths": paths})
    client: type = vars(loaded(text))["APIClient"]
    assert len([name for name in vars(client) if name.startswith("same")]) == 1000
