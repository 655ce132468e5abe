"""What authors add: docstrings, metadata, examples, schemas, webhooks; and what is wrong with it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from pydantic import BaseModel, computed_field

from responder import API, Query
from responder.errors import RouteError
from responder.ext.openapi import OpenAPISchema
from tests.ext.openapi import components, operation, parameters, whole


class Item(BaseModel):
    id: int


def make(**options: Any) -> API:
    return API(openapi="3.1.1", **options)


def refused(api: API) -> str:
    with pytest.raises(RouteError) as caught:
        _ = api.operations
    assert caught.value.code == "responder-document"
    return str(caught.value)


# --- texts


def test_a_docstring_is_summary_and_description() -> None:
    api = make()

    @api.get("/a")
    def show() -> None:
        """Show what
        there is.

        All of *it*.
        """

    assert operation(api, "/a")["summary"] == "Show what there is."
    assert operation(api, "/a")["description"] == "All of *it*."


def test_without_a_docstring_the_summary_is_the_name_in_words() -> None:
    api = make()

    @api.get("/a")
    def list_all_items() -> None: ...

    assert operation(api, "/a")["summary"] == "List all items"
    assert "description" not in operation(api, "/a")


def test_what_the_decorator_says_goes_before_the_docstring() -> None:
    api = make()

    @api.get("/a", summary="Short", description="Long", deprecated=True, tags=["one", "two"])
    def show() -> None:
        """Another.

        Text.
        """

    found = operation(api, "/a")
    assert (found["summary"], found["description"], found["deprecated"]) == ("Short", "Long", True)
    assert found["tags"] == ["one", "two"]


def test_yaml_in_a_docstring_is_merged_last_and_only_for_its_method() -> None:
    api = make()

    @api.route("/pets", methods=["GET", "POST"], openapi_extra={"x-a": 1, "x-b": {"c": 1, "d": 1}})
    def pets() -> None:
        """A list of pets.
        ---
        get:
          description: Get all pets
          x-b: {d: 2}
          responses:
            200:
              description: A list of pets
        """

    found = operation(api, "/pets")
    assert found["summary"] == "A list of pets."
    assert found["description"] == "Get all pets"
    assert found["x-b"] == {"c": 1, "d": 2}
    assert found["responses"]["200"]["description"] == "A list of pets"
    assert operation(api, "/pets", "post")["x-b"] == {"c": 1, "d": 1}
    assert "description" not in operation(api, "/pets", "post")


def test_a_rule_in_a_docstring_that_is_no_yaml_stays_text() -> None:
    api = make()

    @api.get("/a")
    def show() -> None:
        """Show.

        One part
        ---
        another part: not a method
        """

    assert "another part: not a method" in operation(api, "/a")["description"]


def test_yaml_that_cannot_be_read_is_told_with_its_handler() -> None:
    api = make()

    @api.get("/a")
    def show() -> None:
        """Show.

        ---
        get: [
        """

    assert 'docstring of handler "test_yaml' not in refused(api)
    assert "show" in refused(api)
    assert "it is not YAML" in refused(api)


def test_verbs_of_a_class_have_their_own_docstrings() -> None:
    api = make()

    @api.route("/a")
    class Things:
        """All of them."""

        def on_get(self) -> None:
            """One."""

        def on_put(self) -> None: ...

    assert operation(api, "/a")["summary"] == "One."
    assert operation(api, "/a", "put")["summary"] == "All of them."


# --- examples


def test_examples_are_shown_by_name_and_alone() -> None:
    api = make()

    @api.get(
        "/a",
        response_model=Item,
        responses={404: Item},
        examples={"found": {"summary": "There", "value": {"id": 1}}},
        response_examples={404: Item(id=9)},
    )
    def show() -> None: ...

    answers = operation(api, "/a")["responses"]
    assert answers["200"]["content"]["application/json"]["examples"] == {
        "found": {"summary": "There", "value": {"id": 1}}
    }
    assert answers["404"]["content"]["application/json"]["examples"] == {"default": {"value": {"id": 9}}}


def test_an_example_of_an_answer_that_does_not_fit_is_refused_by_name() -> None:
    api = make()

    @api.get("/a", response_model=Item, examples={"odd": {"value": {"id": "x"}}})
    def show() -> None: ...

    assert 'Example "odd" of the answer 200 does not fit: id:' in refused(api)


def test_an_example_of_a_parameter_that_does_not_fit_is_refused() -> None:
    api = make()

    @api.get("/a")
    def show(*, limit: int = Query(5, le=10, examples=[3, 11])) -> None: ...

    assert 'Example "2" of parameter "limit" does not fit' in refused(api)


def test_an_example_may_have_what_only_answers_have() -> None:
    class Sum(BaseModel):
        model_config = {"extra": "forbid"}
        a: int

        @computed_field  # type: ignore[prop-decorator]  # pydantic's own spelling
        @property
        def double(self) -> int:
            return 2 * self.a

    api = make()

    @api.get("/a", response_model=Sum, examples={"a": 1, "double": 2})
    def show() -> None: ...

    examples = operation(api, "/a")["responses"]["200"]["content"]["application/json"]["examples"]
    assert examples["default"]["value"] == {"a": 1, "double": 2}


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"X Total": int}, "it is no name of a header"),
        ({"X-Total": object.__init__}, "X-Total"),
        (["X-Total"], "mapping"),
    ],
)
def test_headers_that_cannot_be_documented_are_refused(headers: Any, why: str) -> None:
    api = make()

    @api.get("/a", responses={200: {"headers": headers}})
    def show() -> None: ...

    assert why in refused(api)


# --- things of one's own


def test_a_schema_is_a_component_under_its_name() -> None:
    api = make()

    @api.schema("Pet")
    class PetSchema(BaseModel):
        name: str

    @api.get("/a")
    def show() -> PetSchema:
        return PetSchema(name="x")

    assert list(components(api)["Pet"]["properties"]) == ["name"]
    assert "PetSchema" not in components(api)
    answer = operation(api, "/a")["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/Pet"}


def test_a_schema_name_is_taken_once() -> None:
    api = make()
    api.openapi.add_schema("Pet", Item)
    with pytest.raises(ValueError, match="a schema 'Pet' already"):
        api.openapi.add_schema("Pet", Item)
    with pytest.raises(ValueError, match="not 'a b'"):
        api.openapi.add_schema("a b", Item)


def test_a_json_schema_is_a_component_as_it_is() -> None:
    api = make()
    api.openapi.add_schema("Any", {"type": "object", "maxProperties": 3})
    assert components(api)["Any"] == {"type": "object", "maxProperties": 3}


def test_a_marshmallow_schema_is_a_component() -> None:
    marshmallow = pytest.importorskip("marshmallow")
    fields, validate = marshmallow.fields, marshmallow.validate
    api = make()

    class Owner(marshmallow.Schema):  # type: ignore[misc, name-defined]  # untyped, and optional
        email = fields.Email(required=True)

    @api.schema("Pet")
    class PetSchema(marshmallow.Schema):  # type: ignore[misc, name-defined]  # untyped, and optional
        name = fields.Str(required=True, validate=validate.Length(min=1, max=9))
        age = fields.Int(validate=validate.Range(min=0), allow_none=True)
        kind = fields.Str(data_key="type", validate=validate.OneOf(["cat", "dog"]))
        owner = fields.Nested(Owner)
        tags = fields.List(fields.Str())
        made = fields.DateTime(dump_only=True)

    found = components(api)["Pet"]
    assert found["required"] == ["name"]
    assert found["properties"] == {
        "name": {"type": "string", "minLength": 1, "maxLength": 9},
        "age": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]},
        "type": {"type": "string", "enum": ["cat", "dog"]},
        "owner": {
            "type": "object",
            "properties": {"email": {"type": "string", "format": "email"}},
            "required": ["email"],
        },
        "tags": {"type": "array", "items": {"type": "string"}},
        "made": {"type": "string", "format": "date-time", "readOnly": True},
    }


def test_webhooks_are_declared_like_routes_and_never_served() -> None:
    api = make()

    @api.openapi.webhooks.post("/order.shipped")
    def order_shipped(*, order: Item) -> None:
        """Sent when an order has left."""

    found: Any = whole(api)["webhooks"]
    hook = found["order.shipped"]["post"]
    assert hook["summary"] == "Sent when an order has left."
    assert hook["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Item"
    }
    assert list(hook["responses"]) == ["200"]
    assert api.requests.post("/order.shipped").status_code == 404
    assert api.openapi.document["paths"] == {}


def test_a_sunset_is_documented_and_sent() -> None:
    api = make()

    @api.get("/a", sunset=datetime.date(2030, 1, 2))
    def show() -> str:
        return "x"

    found = operation(api, "/a")
    assert found["deprecated"] is True
    assert found["x-sunset"] == "2030-01-02T00:00:00Z"
    assert list(found["responses"]["200"]["headers"]) == ["Sunset"]
    assert api.requests.get("/a").headers["sunset"] == "Wed, 02 Jan 2030 00:00:00 GMT"


def test_a_sunset_without_a_time_zone_is_refused() -> None:
    api = make()
    with pytest.raises(RouteError, match="time zone"):
        api.get("/a", sunset=datetime.datetime(2030, 1, 2))(lambda: None)  # noqa: DTZ001


def test_the_older_name_of_the_document_still_works() -> None:
    api = API(title="Old")

    @api.get("/a")
    def show(*, q: str = Query("x")) -> None: ...

    schema = OpenAPISchema(app=api)
    assert schema.app is api
    assert "title: Old" in schema.openapi
    assert list(parameters(api, "/a")) == ["q"]


def test_a_docstring_beside_a_summary_is_the_description() -> None:
    api = make()

    @api.get("/", summary="Told")
    def view() -> None:
        """First.

        Second.
        """

    told = operation(api, "/")
    assert (told["summary"], told["description"]) == ("Told", "First.\n\nSecond.")
