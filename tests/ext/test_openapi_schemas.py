"""Components: their names, their two directions, and how each version spells them."""

from __future__ import annotations

import enum
import types
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

import pytest
from openapi_spec_validator import validate
from pydantic import (
    BaseModel,
    Field,
    NaiveDatetime,
    SecretStr,
    computed_field,
    create_model,
    field_serializer,
)
from typing_extensions import TypedDict

from responder import API, Problem
from responder.ext.openapi.naming import Called, settle_names
from tests.ext.openapi import components, operation, schema_of_answer

T = TypeVar("T")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    friends: list[Pet] = []


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]
Dog.model_rebuild()


class Thing(BaseModel):
    id: int
    colour: Colour = Colour.RED
    level: Level | None = None
    note: str | None = Field(None, title="Note", description="Anything")

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own spelling
    @property
    def label(self) -> str:
        return str(self.id)


class Plain(BaseModel):
    id: int


class Page(BaseModel, Generic[T]):
    items: list[T]


def make(*models: Any, version: str = "3.1.1", into: Any = None, **options: Any) -> API:
    """An application that answers with these models, one route each, and reads one."""
    api = API(openapi=version, **options)
    for number, model in enumerate(models):
        api.get(f"/{number}", response_model=model, operation_id=f"op{number}")(lambda: None)
    if into is not None:

        def take(*, body: object) -> None: ...

        take.__annotations__["body"] = into
        api.post("/in", operation_id="take")(take)
    return api


def model(name: str, module: str, **fields: Any) -> Any:
    return create_model(name, __module__=module, **fields)


# --- names


def test_a_model_is_called_as_its_class_and_has_no_titles() -> None:
    api = make(Thing)
    text = api.openapi.to_json()
    assert set(components(api)) >= {"Thing", "Colour", "Level"}
    assert '"title":"' not in text.replace('"title":"Responder API"', "")


def test_a_generic_is_called_by_its_arguments_and_its_name() -> None:
    api = make(Page[Thing], Page[list[int]], Page[Plain | None])
    assert {"ThingPage", "IntListPage", "OptionalPlainPage"} <= set(components(api))


@pytest.mark.defect(40)
def test_models_of_one_name_get_so_much_of_their_modules_as_tells_them_apart() -> None:
    one = model("Item", "shop.models", id=(int, ...))
    two = model("Item", "blog.models", text=(str, ...))
    api = make(one, two)
    assert set(components(api)) >= {"ShopModelsItem", "BlogModelsItem"}
    assert "Item" not in components(api)
    assert schema_of_answer(api, "/0") == {"$ref": "#/components/schemas/ShopModelsItem"}


@pytest.mark.defect(40)
def test_models_whose_modules_are_the_same_too_are_numbered_and_never_merged() -> None:
    one = model("Item", "shop", id=(int, ...))
    two = model("Item", "shop", text=(str, ...))
    api = make(one, two)
    assert list(components(api)["Item"]["properties"]) == ["id"]
    assert list(components(api)["Item2"]["properties"]) == ["text"]


def test_a_model_called_problem_leaves_ours_its_name() -> None:
    api = make(model("Problem", "exams", question=(str, ...)))
    assert "status" in components(api)["Problem"]["properties"]
    assert "question" in components(api)["ExamsProblem"]["properties"]


def test_names_are_all_different_whatever_they_begin_as() -> None:
    wanted = {
        "1": Called("Item", "a"),
        "2": Called("Item", "b"),
        "3": Called("AItem", "c"),
        "4": Called("Given", fixed=True),
        "5": Called("Given", "d"),
        "6": Called("Item", "b"),
    }
    names = settle_names(wanted)
    assert len(set(names.values())) == len(wanted)
    assert names["4"] == "Given"
    assert settle_names(wanted) == names


# --- the two directions


def test_a_model_that_reads_and_writes_the_same_is_one_component() -> None:
    api = make(Plain, into=Plain)
    assert "Plain" in components(api)
    assert "PlainInput" not in components(api)


def test_a_model_whose_directions_differ_is_two_and_the_answer_keeps_the_name() -> None:
    api = make(Page[Thing], into=Page[Thing])
    found = components(api)
    assert found["Thing"]["required"] == ["id", "colour", "level", "note", "label"]
    assert found["ThingInput"]["required"] == ["id"]
    assert "label" not in found["ThingInput"]["properties"]
    # What holds it differs by that alone.
    assert found["ThingPageInput"]["properties"]["items"]["items"] == {
        "$ref": "#/components/schemas/ThingInput"
    }
    assert "ColourInput" not in found


def test_what_nothing_uses_is_not_there() -> None:
    api = make(Plain)
    assert set(components(api)) == {"Plain", "Problem"}


# --- kinds of types


def test_enums_are_components_and_numbers_have_their_names() -> None:
    found = components(make(Thing))
    assert found["Colour"] == {"type": "string", "enum": ["red", "blue"]}
    assert found["Level"] == {"type": "integer", "enum": [1, 2], "x-enum-varnames": ["LOW", "HIGH"]}


def test_an_enum_of_several_types_has_a_schema_for_each() -> None:
    class Mixed(enum.Enum):
        ONE = 1
        WORD = "one"

    assert components(make(list[Mixed]))["Mixed"] == {
        "anyOf": [{"type": "integer", "enum": [1]}, {"type": "string", "enum": ["one"]}]
    }


def test_a_union_with_a_discriminator_is_a_component_with_its_whole_mapping() -> None:
    api = make(Dog, into=Dog)
    found = components(api)
    assert found["CatOrDog"] == {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"},
        },
    }
    assert found["Dog"]["properties"]["kind"] == {"type": "string", "const": "dog"}
    assert found["DogInput"]["required"] == ["kind"]
    assert "Cat" in found
    assert "CatInput" not in found


def test_a_union_in_a_field_with_a_default_can_be_written() -> None:
    class Kennel(BaseModel):
        pet: Pet = Cat()

    found = components(make(Kennel))
    assert found["Kennel"]["properties"]["pet"]["$ref"] == "#/components/schemas/CatOrDog"


def test_decimals_are_texts_with_a_pattern_and_numbers_are_taken_too() -> None:
    class Price(BaseModel):
        amount: Decimal = Field(ge=0, max_digits=6, decimal_places=2)
        rate: Decimal

    found = components(make(Price, into=Price))
    assert found["Price"]["properties"]["rate"] == {
        "type": "string",
        "format": "decimal",
        "pattern": "^-?[0-9]+(?:\\.[0-9]+)?(?:E[+-]?[0-9]+)?$",
    }
    amount = found["PriceInput"]["properties"]["amount"]["anyOf"]
    assert amount == [
        {"type": "integer", "minimum": 0, "maximum": 9999},
        {"type": "string", "format": "decimal", "pattern": "^0*[0-9]{1,4}(?:\\.[0-9]{1,2})?$"},
    ]


def test_decimals_that_are_sent_as_numbers_are_numbers() -> None:
    class Price(BaseModel):
        rate: Decimal

    found = components(make(Price, json_decimal="float"))
    assert found["Price"]["properties"]["rate"] == {"type": "number"}


def test_sets_take_what_is_sent_twice_and_never_send_it() -> None:
    class Tags(BaseModel):
        tags: set[str]

    found = components(make(Tags, into=Tags))
    assert found["Tags"]["properties"]["tags"]["uniqueItems"] is True
    assert "uniqueItems" not in found["TagsInput"]["properties"]["tags"]


def test_dataclasses_and_typed_dicts_are_components() -> None:
    @dataclass
    class Point:
        x: int

    class Options(TypedDict, total=False):
        loud: bool

    found = components(make(Point, Options))
    assert set(found) >= {"Point", "Options"}
    assert "required" not in found["Options"]


def test_what_json_schema_cannot_say_is_left_open() -> None:
    class Odd(BaseModel):
        model_config = {"arbitrary_types_allowed": True}
        thing: types.SimpleNamespace = Field(default_factory=types.SimpleNamespace)

    assert components(make(Odd))["Odd"]["properties"]["thing"] == {}


# --- 3.0


def test_30_spells_null_const_bounds_examples_and_tuples_its_own_way() -> None:
    class Old(BaseModel):
        maybe: str | None = None
        thing: Plain | None = None
        level: Level | None = None
        kind: Literal["a"] = "a"
        number: int = Field(1, gt=0, lt=10, examples=[3, 4])
        pair: tuple[int, str] = (1, "a")
        either: int | str | None = None
        colour: Colour = Colour.RED
        nothing: None = None

    found = components(make(Old, version="3.0.3"))["Old"]["properties"]
    assert found["maybe"] == {"type": "string", "nullable": True}
    ref = {"$ref": "#/components/schemas/Plain"}
    assert found["thing"] == {"type": "object", "allOf": [ref], "nullable": True}
    assert found["level"]["type"] == "integer"
    assert found["kind"] == {"type": "string", "enum": ["a"], "default": "a"}
    assert found["number"] == {
        "type": "integer",
        "minimum": 0,
        "exclusiveMinimum": True,
        "maximum": 10,
        "exclusiveMaximum": True,
        "default": 1,
        "example": 3,
    }
    assert found["pair"]["items"] == {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert found["either"]["anyOf"] == [{"type": "integer", "nullable": True}, {"type": "string"}]
    assert found["colour"] == {"allOf": [{"$ref": "#/components/schemas/Colour"}], "default": "red"}
    assert found["nothing"] == {"type": "string", "nullable": True, "enum": [None]}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.1", "3.2.0"])
def test_a_property_called_like_a_keyword_is_a_property(version: str) -> None:
    class Tricky(BaseModel):
        title: str = "title"
        items: list[int] = []
        default: str | None = None
        properties: dict[str, int] = {}

    api = make(Tricky, into=Tricky, version=version)
    assert list(components(api)["Tricky"]["properties"]) == ["title", "items", "default", "properties"]
    document: Any = api.openapi.document
    validate(document)


# --- problems


class NotFound(Problem):
    """There is no such thing."""

    status = 404
    type = "https://example.com/problems/not-found"
    title = "No such thing"
    id: int


class Gone(Problem):
    status = 404
    type = "https://example.com/problems/gone"
    title = "Gone"


class Teapot(Problem):
    status = 418


def test_a_class_of_problems_is_a_component_with_its_type_and_members() -> None:
    api = API(openapi="3.1.1")

    @api.get("/a", raises=[NotFound])
    def show() -> None: ...

    found = components(api)["NotFound"]
    assert found["properties"]["type"] == {"type": "string", "const": NotFound.type}
    assert found["properties"]["status"] == {"type": "integer", "const": 404}
    assert found["properties"]["id"] == {"type": "integer"}
    assert found["required"] == ["type", "title", "status", "id"]
    assert found["description"] == "There is no such thing."
    answer = operation(api, "/a")["responses"]["404"]
    assert answer["description"] == "No such thing"
    assert schema_of_answer(api, "/a", status="404") == {"$ref": "#/components/schemas/NotFound"}


def test_problems_of_one_status_are_told_apart_by_their_type() -> None:
    api = API(openapi="3.1.1")

    @api.get("/a", raises=[NotFound, Gone])
    def show() -> None: ...

    @api.get("/b/{id:int}", raises=[NotFound])
    def other(*, id: int) -> None: ...

    told = schema_of_answer(api, "/a", status="404")
    assert told["oneOf"] == [{"$ref": "#/components/schemas/NotFound"}, {"$ref": "#/components/schemas/Gone"}]
    assert told["discriminator"]["propertyName"] == "type"
    # Where the path itself may lead nowhere, a plain problem is one of them.
    mapping = schema_of_answer(api, "/b/{id}", status="404")["discriminator"]["mapping"]
    assert mapping["about:blank"] == "#/components/schemas/PlainProblem"


def test_a_problem_that_has_only_a_status_is_a_plain_one() -> None:
    api = API(openapi="3.1.1")

    @api.get("/a", raises=[Teapot])
    def show() -> None: ...

    assert operation(api, "/a")["responses"]["418"] == {"$ref": "#/components/responses/IMATeapot"}
    assert "Teapot" not in components(api)


# --- types that JSON Schema says otherwise


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Odd(BaseModel):
    rights: Rights = Rights.READ
    names: dict[Level, int] = {}
    naive: NaiveDatetime
    data: bytes = b""
    secret: SecretStr = SecretStr("")
    far: float = Field(default=float("inf"), le=float("inf"))
    price: Decimal = Decimal("1E-3")

    @field_serializer("far")
    def _far(self, value):  # type: ignore[no-untyped-def]  # what it makes of it is not said
        return str(value)  # pyright: ignore[reportUnknownArgumentType]  # not annotated


def test_flags_are_any_of_their_sums() -> None:
    class Holes(enum.Flag):
        READ = 1
        WRITE = 4

    assert schema_of_answer(make(list[Holes]), "/0")["items"] == {"$ref": "#/components/schemas/Holes"}
    assert components(make(Holes))["Holes"] == {"type": "integer", "enum": [0, 1, 4, 5]}
    assert components(make(Odd))["Rights"] == {"type": "integer", "minimum": 0, "maximum": 3}


def test_keys_are_text_whatever_they_are_in_python() -> None:
    assert components(make(Odd))["Odd"]["properties"]["names"]["propertyNames"] == {"enum": ["1", "2"]}


def test_a_time_that_has_no_zone_says_so() -> None:
    assert components(make(Odd))["Odd"]["properties"]["naive"]["format"] == "date-time-local"


def test_bytes_in_json_are_text_and_no_file() -> None:
    assert components(make(Odd))["Odd"]["properties"]["data"] == {"type": "string", "default": ""}
    assert schema_of_answer(make(bytes | None), "/0") == {"anyOf": [{"type": "string"}, {"type": "null"}]}


def test_secrets_are_answered_too_and_their_stars_are_no_default() -> None:
    told = {"type": "string", "format": "password"}
    assert components(make(Odd))["Odd"]["properties"]["secret"] == told
    assert components(make(into=Odd))["Odd"]["properties"]["secret"] == told


def test_what_a_function_makes_of_a_value_is_open_unless_it_says_so() -> None:
    assert "type" not in components(make(Odd))["Odd"]["properties"]["far"]


def test_infinity_is_no_default_and_no_bound() -> None:
    taken = components(make(into=Odd))["Odd"]["properties"]
    assert taken["far"] == {"type": "number"}
    assert taken["price"]["default"] == "0.001"


def test_unions_told_apart_by_numbers_have_no_discriminator() -> None:
    one, two = model("One", "m", kind=(Literal[1], ...)), model("Two", "m", kind=(Literal[2], ...))
    told = schema_of_answer(make(Annotated[one | two, Field(discriminator="kind")]), "/0")
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in ("One", "Two")]
    assert told == {"oneOf": refs}


def test_the_input_of_a_numbered_model_is_called_after_it() -> None:
    one = model("Item", "shop", id=(int, 1))
    two = model("Item", "shop", text=(str, ""))
    api = make(one, two, into=two)
    assert {"Item", "Item2", "Item2Input"} <= set(components(api))


def test_in_3_0_null_goes_to_the_option_that_is_spelled_beside_a_reference() -> None:
    told = schema_of_answer(make(Plain | int | None, version="3.0.3"), "/0")
    assert told["anyOf"][1] == {"type": "integer", "nullable": True}
