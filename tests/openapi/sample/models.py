"""The models of the sample: every kind of type that a schema can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AnyUrl, BaseModel, BeforeValidator, ConfigDict, Field, RootModel, computed_field
from typing_extensions import TypedDict

T = TypeVar("T")

Price = Annotated[Decimal, Field(ge=0)]


def whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _flag(value: object) -> object:
    return {"true": True, "false": False}.get(value, 0) if isinstance(value, str) else value


def _iso(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value


# A date in text may be a number of seconds too, unless it has to be a date before it is read.
Day = Annotated[date, Field(strict=True), BeforeValidator(_iso)]
# JSON has one kind of number, and 2.0 is a whole one.
Whole = Annotated[int, Field(strict=True), BeforeValidator(whole)]
# Fields of forms are text, of which a document can name two.
Flag = Annotated[bool, Field(strict=True), BeforeValidator(_flag)]


class Exact(BaseModel):
    """What comes in is of its type, or it is refused: a document cannot say what else would do."""

    model_config = ConfigDict(strict=True)


class Colour(StrEnum):
    """What a thing looks like."""

    RED = "red"
    GREEN = "green"
    DEEP_BLUE = "deep-blue"


class Priority(IntEnum):
    """How urgent a thing is."""

    LOW = 1
    HIGH = 2


class Mixed(Enum):
    """An enum of more than one type."""

    NUMBER = 1
    WORD = "one"


class Size(Exact):
    """How large a thing is, in centimetres."""

    width: float = Field(gt=0, le=1e6, examples=[12.5])
    height: float = Field(gt=0, le=1e6)


@dataclass
class Place:
    """Where a thing stands: a dataclass alone."""

    row: Whole
    shelf: str = "ground"


@dataclass
class Spot:
    """A dataclass within a model."""

    row: Whole
    marks: list[str] = field(default_factory=list[str])


class Care(TypedDict, total=False):
    """How to look after a thing: a typed dictionary."""

    wash: Annotated[bool, Field(strict=True)]
    degrees: Whole


class ItemBase(Exact):
    """What callers say about an item."""

    name: str = Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9 ]+$", examples=["Blue chair"])
    price: Price
    colour: Colour = Colour.RED
    priority: Priority | None = None
    mixed: Mixed = Mixed.NUMBER
    size: Size | None = None
    tags: set[str] = Field(default_factory=set)
    corner: tuple[Whole, Whole] | None = None
    attributes: dict[str, Whole] = Field(default_factory=dict[str, Whole])
    care: Care | None = None
    spot: Spot | None = None
    kind: Literal["chair", "table"] = "chair"
    code: Whole | str = 0
    link: AnyUrl | None = None
    weight: float | None = Field(default=None, ge=0, lt=1e6, description="In kilograms.")


class ItemIn(ItemBase):
    """An item to make."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Item(ItemBase):
    """An item as it is kept."""

    id: UUID
    made: datetime = Field(alias="madeAt")
    day: date = date(2030, 1, 2)
    hour: time
    lasts: timedelta = timedelta(days=1)
    tax: Decimal = Field(default=Decimal("1.90"), max_digits=8, decimal_places=2)

    @computed_field  # type: ignore[prop-decorator]  # as pydantic wants it
    @property
    def label(self) -> str:
        """What stands on the shelf."""
        return f"{self.name} ({self.colour.value})"


class ItemChange(Exact):
    """Some members of an item, to change; null takes a note away."""

    name: str | None = Field(default=None, min_length=1, max_length=80, pattern=r"^[A-Za-z0-9 ]+$")
    price: Price | None = None


class Note(Exact):
    """A model that goes both ways, and looks different in each."""

    text: str = "nothing"
    stars: Annotated[int, Field(ge=0, le=5, strict=True), BeforeValidator(whole)] = 3


class Page(BaseModel, Generic[T]):
    """Some of many."""

    items: list[T]
    total: int = Field(ge=0)


class Branch(Exact):
    """A tree."""

    name: str = Field(max_length=20)
    children: list[Branch] = Field(default_factory=lambda: list[Branch](), max_length=3)


class Cat(Exact):
    """Purrs."""

    kind: Literal["cat"]
    lives: Annotated[int, Field(ge=0, le=9, strict=True), BeforeValidator(whole)] = 9


class Dog(Exact):
    """Barks."""

    kind: Literal["dog"]
    good: bool = True


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


class Kennel(BaseModel):
    """Holds a pet of either kind."""

    pet: Pet
    guest: Pet | None = None


class Names(RootModel[list[str]]):
    """A bare list as a model of its own."""


class Search(BaseModel):
    """The query of a search, as one model."""

    q: str = Field(min_length=1, max_length=50, description="What to look for.")
    limit: int = Field(default=10, ge=1, le=100)
    colours: list[Colour] = Field(default_factory=list[Colour])
    since: Day | None = None


class Credentials(BaseModel):
    """A form."""

    user: str = Field(min_length=1, max_length=40)
    password: str = Field(min_length=1, max_length=40)
    remember: Flag = False


class Session(BaseModel):
    """Who has logged in."""

    user: str
    scopes: list[str] = Field(default_factory=list[str])


class Uploaded(BaseModel):
    """What came of an upload."""

    names: list[str]
    bytes: int
    title: str | None = None


class Job(BaseModel):
    """Work that goes on after the answer."""

    id: int
    state: Literal["waiting", "done"] = "waiting"


class Progress(BaseModel):
    """How far a job is."""

    done: int
    of: int


class Report(BaseModel):
    """Nested containers and nulls, in one model."""

    by_colour: dict[Colour, list[Size]] = Field(default_factory=dict[Colour, list[Size]])
    matrix: list[list[int | None]] = Field(default_factory=list[list[int | None]])
    facts: Mapping[str, bool | int | str | None] = Field(default_factory=dict)
    nothing: None = None


MADE = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def made_item(id: UUID, item: ItemBase) -> Item:
    """What is kept of an item that somebody has made."""
    given = {name: getattr(item, name) for name in ItemBase.model_fields}
    return Item(id=id, madeAt=MADE, hour=MADE.timetz(), **given)
