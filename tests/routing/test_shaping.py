"""What a live type means to the rules."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import typing
import uuid
from collections.abc import Sequence

import pytest
import typing_extensions
from pydantic import AnyUrl, BaseModel
from starlette.datastructures import UploadFile

from responder._contract.shapes import (
    FLOAT,
    INT,
    NOTHING,
    STR,
    UNKNOWN,
    UUID,
    Choice,
    Many,
    Model,
    Other,
    Scalar,
    Shape,
    Upload,
)
from responder._routing.shaping import shape_of


class Item(BaseModel):
    name: str


class Colour(str, enum.Enum):  # noqa: UP042 - the spelling that most code has
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


@dataclasses.dataclass
class Point:
    x: int


class Row(typing.TypedDict):
    x: int


class Pair(typing.NamedTuple):
    left: int


UserId = typing.NewType("UserId", int)
T = typing.TypeVar("T")
HERE = __name__


Listed = typing_extensions.TypeAliasType("Listed", list[T], type_params=(T,))


@pytest.mark.parametrize(
    ("annotation", "shape"),
    [
        (int, INT),
        (str, STR),
        (float, FLOAT),
        (uuid.UUID, UUID),
        (decimal.Decimal, Scalar("decimal.Decimal")),
        (datetime.datetime, Scalar("datetime.datetime", ("datetime.date",))),
        (Colour, Scalar(f"{HERE}.Colour", ("str",))),
        (Level, Scalar(f"{HERE}.Level", ("int",))),
        (typing.Literal["a", "b"], Scalar("typing.Literal", ("str",))),
        (typing.Literal["a", 1], Scalar("typing.Literal")),
        (typing.Literal["a", None], Choice((Scalar("typing.Literal", ("str",)), NOTHING))),
        (AnyUrl, Scalar("pydantic.networks.AnyUrl")),
        (UserId, INT),
        (typing.Annotated[int, "anything"], INT),
        (list[int], Many(INT)),
        (list, Many(UNKNOWN)),
        (Sequence[str], Many(STR)),
        (tuple[int, ...], Many(INT)),
        (tuple[int, str], Many(Choice((INT, STR)))),
        (Item, Model("Item")),
        (Point, Model("Point")),
        (Row, Model("Row")),
        (Pair, Model("Pair")),
        (list[Item], Many(Model("Item"))),
        (Item | None, Choice((Model("Item"), NOTHING))),
        (typing.Optional[int], Choice((INT, NOTHING))),  # noqa: UP045 - the old spelling has to work as well
        (UploadFile, Upload()),
        (None, NOTHING),
        (dict[str, int], Other("dict")),
        (object, Other("object")),
        (typing.Any, UNKNOWN),
        (tuple[()], Many(UNKNOWN)),
        (typing.ClassVar[int], UNKNOWN),
        (Listed[int], Many(UNKNOWN)),
        (typing.ForwardRef("Item"), UNKNOWN),
        (T, UNKNOWN),
    ],
)
def test_a_type_is_named_by_its_shape(annotation: object, shape: Shape) -> None:
    assert shape_of(annotation) == shape
