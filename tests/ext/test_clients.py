"""Generated Python clients: what they say on the wire, and that strict checkers have nothing to say."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import cast

import httpx
import pytest
from mypy import api as mypy

from examples.hello.app import api as hello
from examples.live.app import api as live
from examples.routers.app import api as routers
from examples.store.app import api as store
from examples.uploads.app import api as uploads
from responder import ConfigurationError
from responder.ext.clients import Source, generate_client, write_client
from tests.ext.client_server import api
from tests.openapi.sample.app import make
from tests.sockets.server import served

USE = """
from __future__ import annotations

from typing import assert_type

from zoo import (
    Animal, AnimalIn, APIClient, AsyncAPIClient, Cat, Dog, NoSuchAnimal, NoSuchAnimalError, SSEEvent
)


def use(client: APIClient) -> None:
    new: AnimalIn = {"name": "tom", "pet": {"kind": "dog", "loud": True}, "color": "red"}
    added = client.add_animal(new)
    assert_type(added, Animal)
    assert_type(added["id"], int)
    pet = added["pet"]
    if pet["kind"] == "cat":
        assert_type(pet, Cat)
    else:
        assert_type(pet["loud"], bool)
    for event in client.ticks(count=2):
        assert_type(event, SSEEvent[Cat])
    for row in client.rows():
        assert_type(row, Dog)
    assert_type(client.send_photos({"title": "x", "photos": [b"1", ("a.png", b"2", "image/png")]}), list[str])
    try:
        client.get_animal(9)
    except NoSuchAnimalError as error:
        assert_type(error.problem, NoSuchAnimal)
        assert_type(error.problem["id"], int)


async def use_async(client: AsyncAPIClient) -> None:
    assert_type(await client.get_animal(1), Animal)
    async for event in client.ticks():
        assert_type(event.data["lives"], int)
"""
MISUSE = """
from __future__ import annotations

from zoo import APIClient


def misuse(client: APIClient) -> None:
    client.get_animal("1")
    client.add_animal({"name": "tom"})
    client.add_animal({"name": "tom", "pet": {"kind": "cat"}, "color": "blue"})
    client.search()
    client.no_such_call()
    client.get_animal(1)["nme"]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("clients")
    write_client(api, made / "zoo.py")
    return made


@pytest.fixture(scope="module")
def zoo(folder: Path) -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("zoo", folder / "zoo.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["zoo"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["zoo"]


class Client:
    """The generated client, whose types only its own module knows: anything may be asked of it."""

    def __init__(self, made: object) -> None:
        self.made = made

    def __call__(self, name: str, *args: object, **kwargs: object) -> object:
        """Call one of its methods."""
        return getattr(self.made, name)(*args, **kwargs)


@pytest.fixture
def client(zoo: ModuleType) -> Client:
    return Client(zoo.APIClient(session=api.test_client()))


def checked(folder: Path, *names: str) -> str:
    """What strict mypy says of files, without this repository's settings."""
    empty = folder / "mypy.ini"
    empty.write_text("[mypy]\nstrict = True\n")
    files = [str(folder / name) for name in names]
    out, err, _ = mypy.run(["--config-file", str(empty), "--cache-dir", str(folder / "cache"), *files])
    assert not err
    return out


STRANGE: dict[str, object] = {
    "openapi": "3.1.1",
    "paths": {
        '/a"b/{x}': {
            "get": {
                "operationId": "object",
                "parameters": [
                    {"name": "call", "in": "query", "schema": {"enum": ['a"b', "c | None", "\n"]}},
                    {"name": "segment", "in": "query", "schema": {"type": "object"}, "style": "deepObject"},
                    {"name": "cast", "in": "header", "schema": {}},
                    {"name": "nan", "in": "query", "schema": {"type": "number", "default": float("nan")}},
                    {"name": "x", "in": "path", "schema": {"type": "array", "items": {"type": "string"}}},
                ],
                "responses": {"200": {"content": {"application/json": {"schema": {"enum": ['"]', " | "]}}}}},
            },
            "post": {
                "operationId": "bytes",
                "responses": {"200": {"content": {"text/event-stream": {"itemSchema": {}}}}},
            },
            "put": {
                "operationId": "tree",
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}
                    }
                },
            },
        }
    },
    "components": {
        "schemas": {
            "Tree": {
                "properties": {
                    "Tree": {"$ref": "#/components/schemas/Tree"},
                    "Literal": {"enum": ["a"]},
                    "bytes": {"type": "string"},
                    "rest": {"$ref": "#/components/schemas/Any"},
                }
            },
            "Any": {"anyOf": [{"$ref": "#/components/schemas/Any"}, {"type": "string"}]},
        }
    },
}
"""A document whose names and values are those of what a client is written with."""


# -- types


@pytest.fixture(scope="module")
def strict(folder: Path) -> list[str]:
    """The clients of this repository's applications, and of the sample in each dialect that others read."""
    sources: dict[str, Source] = {
        "routers": routers,
        "store": store,
        "uploads": uploads,
        "live": live,
        "hello": hello,
        "strange": STRANGE,
    }
    for version in ("3.0.3", "3.1.1"):
        sources[f"sample_{version.replace('.', '_')}"] = make(version)
    for name, source in sources.items():
        write_client(source, folder / f"{name}.py")
    return ["zoo.py", *(f"{name}.py" for name in sources)]


def test_what_is_generated_is_strictly_typed_for_mypy(folder: Path, strict: list[str]) -> None:
    assert checked(folder, *strict) == f"Success: no issues found in {len(strict)} source files\n"


def test_what_is_generated_is_strictly_typed_for_pyright(folder: Path, strict: list[str]) -> None:
    pytest.importorskip("pyright")
    settings = folder / "pyrightconfig.json"
    settings.write_text(json.dumps({"typeCheckingMode": "strict", "include": strict}))
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project", str(settings)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert "0 errors, 0 warnings" in run.stdout, run.stdout


def test_calls_and_answers_have_the_types_of_the_document(folder: Path) -> None:
    (folder / "use.py").write_text(USE)
    (folder / "misuse.py").write_text(MISUSE)
    said = checked(folder, "use.py", "misuse.py").splitlines()
    lines = sorted({int(line.split(":")[1]) for line in said if "misuse.py" in line})
    assert [line for line in said if "/use.py" in line] == []
    assert lines == [8, 9, 10, 11, 12, 13]


def test_generation_is_stable_and_needs_no_served_document() -> None:
    assert generate_client(api) == api.generate_client() == generate_client(api.openapi)
    assert generate_client(json.dumps(api.openapi.document)) == generate_client(api)


# -- on the wire


def test_values_go_where_they_belong(client: Client) -> None:
    asked = client("search", "a b ü?", limit=3, color=["red", "green"], exact=True, x_trace="t", visit="1;2")
    assert asked == {
        "text": "a b ü?",
        "limit": 3,
        "color": ["red", "green"],
        "exact": True,
        "trace": "t",
        "visit": "1%3B2",
    }
    bare = cast("dict[str, object]", client("search", "x"))
    assert (bare["limit"], bare["color"], bare["trace"], bare["visit"]) == (10, [], None, None)


def test_bodies_of_every_kind_are_sent(client: Client) -> None:
    added = client("add_animal", {"name": "rex", "pet": {"kind": "dog", "loud": True}, "from": "home"})
    assert cast("dict[str, object]", added)["from"] == "home"
    assert client("list_", [1, 2, 3]) == 6
    assert client("login", {"user": "ada & bob", "password": "ü=1"}) == {"user": "ada & bob", "length": "3"}
    photos = [b"123", ('a".png', b"4567", "image/png")]
    assert client("send_photos", {"title": "x", "photos": photos}) == ["x photos 3", "x a%22.png 4"]
    assert client("remove_animal", 1) is None


def test_a_problem_is_raised_as_the_error_of_its_type(client: Client, zoo: ModuleType) -> None:
    with pytest.raises(zoo.NoSuchAnimalError) as raised:
        client("get_animal", 9)
    error = raised.value
    assert (error.status_code, error.title, error.detail) == (404, "No such animal", "There is no 9.")
    assert error.problem["id"] == 9
    with pytest.raises(zoo.APIError) as raised:
        client("search", "x", limit=0)
    assert (raised.value.status_code, len(raised.value.errors)) == (422, 1)
    assert type(raised.value) is zoo.APIError


def test_streams_are_iterated_and_fail_before_their_first_item(client: Client, zoo: ModuleType) -> None:
    events = list(cast("Iterator[object]", client("ticks", 2)))
    assert events == [
        zoo.SSEEvent({"kind": "cat", "lives": number}, "tick", str(number), None, ()) for number in range(2)
    ]
    rows = list(cast("Iterator[object]", client("rows", count=2)))
    assert rows == [{"kind": "dog", "loud": False}, {"kind": "dog", "loud": True}]
    with pytest.raises(zoo.APIError) as raised:
        next(cast("Iterator[object]", client("rows", count=1000)))
    assert raised.value.status_code == 400


def test_credentials_and_headers_are_sent(zoo: ModuleType) -> None:
    session = api.test_client()
    bearer = Client(zoo.APIClient(session=session, bearer_token="t", headers={"X-Agent": "me"}))
    assert bearer("headers") == {"authorization": "Bearer t", "agent": "me"}
    basic = Client(zoo.APIClient(session=session, basic_auth=("ada", "pass:word")))
    assert basic("headers") == {"authorization": "Basic YWRhOnBhc3M6d29yZA==", "agent": None}


def test_a_client_needs_a_place_to_call(zoo: ModuleType) -> None:
    with pytest.raises(ValueError, match="needs a base URL, or a session"):
        zoo.APIClient()


def test_values_are_compared_with_the_schemas_when_asked_for(zoo: ModuleType) -> None:
    strict = Client(zoo.APIClient(session=api.test_client(), validate=True))
    strict("get_animal", 1)
    for animal, path in (
        ({"pet": {"kind": "cat"}}, "body.name"),
        ({"name": 5, "pet": {"kind": "cat"}}, "body.name"),
        ({"name": "x", "pet": {"kind": "cow"}}, "body.pet"),
        ({"name": "x", "pet": {"kind": "cat"}, "tags": [1]}, "body.tags[0]"),
        ({"name": "x", "pet": {"kind": "cat"}, "color": "blue"}, "body.color"),
    ):
        with pytest.raises(zoo.APIValidationError) as raised:
            strict("add_animal", animal)
        assert raised.value.path == path


def test_both_clients_speak_to_a_real_server(zoo: ModuleType) -> None:
    async def scenario(url: str) -> tuple[object, list[object], list[object]]:
        async with zoo.AsyncAPIClient(url, timeout=20) as asynchronous:
            animal = await asynchronous.get_animal(1)
            events = [event.data["lives"] async for event in asynchronous.ticks(3)]
            rows = [row["loud"] async for row in asynchronous.rows(count=2)]
            with pytest.raises(zoo.NoSuchAnimalError):
                await asynchronous.get_animal(2)
        async with httpx.AsyncClient(base_url=url) as session:
            own = zoo.AsyncAPIClient(session=session)
            assert await own.list_([1]) == 1
        return animal["name"], events, rows

    with served(api) as server:
        url = f"http://127.0.0.1:{server.port}"
        with zoo.APIClient(url, timeout=20) as waiting:
            assert waiting.get_animal(1)["name"] == "tom"
        assert asyncio.run(scenario(url)) == ("tom", [0, 1, 2], [False, True])


# -- documents of others


def test_documents_that_others_wrote_are_read() -> None:
    document = """
openapi: 3.0.3
info: {title: "Odd \\"API\\"", version: "1"}
paths:
  "/x/{in}":
    parameters:
      - {name: in, in: path, required: true, schema: {type: string}}
    get:
      operationId: list
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/str"}}}}
    post:
      operationId: "get-by id"
      requestBody: {content: {application/octet-stream: {schema: {type: string, format: binary}}}}
      responses: {"200": {description: ok, content: {image/png: {schema: {type: string, format: binary}}}}}
    put:
      operationId: class
      parameters: [{name: self, in: query, schema: {type: string, nullable: true, default: a}}]
      responses: {"200": {description: ok, content: {text/plain: {schema: {type: string}}}}}
components:
  schemas:
    str: {type: object, properties: {str: {type: string}, class: {$ref: "#/components/schemas/str"}}}
    HttpCall: {type: array, items: {oneOf: [{type: integer, nullable: true}, {enum: [a, 1]}]}}
    both: {allOf: [{$ref: "#/components/schemas/str"}, {type: object, properties: {more: {type: object}}}]}
"""
    text = generate_client(document, class_name="Odd")
    compile(text, "odd.py", "exec")
    for line in (
        "def list_(self, in_: str) -> Str:",
        "def get_by_id(self, in_: str, body: FileContent | None = None) -> bytes:",
        "def class_(self, in_: str, self_: str | None = 'a') -> str:",
        "HttpCall_: TypeAlias = \"list[int | Literal['a', 1] | None]\"",
        "class Odd(SyncClient):",
    ):
        assert line in text, line


def test_what_is_no_document_is_refused() -> None:
    wrong: list[object] = [{}, {"openapi": "3.1.1", "paths": []}, "[1]", "just words"]
    for source in wrong:
        with pytest.raises(ConfigurationError, match="OpenAPI document"):
            generate_client(cast("dict[str, object]", source))
    with pytest.raises(ConfigurationError, match="not in 'cobol'"):
        generate_client(api, language="cobol")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ConfigurationError, match="not 'my client'"):
        generate_client(api, class_name="my client")


def test_a_file_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    target = api.generate_client(tmp_path / "new" / "zoo.py", class_name="Zoo")
    assert target == tmp_path / "new" / "zoo.py"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import zoo; print(zoo.Zoo, zoo.AsyncZoo)"],
        cwd=target.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
