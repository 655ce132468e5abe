"""A small neutral vocabulary for types.

Everything that reads a handler (the run time, the mypy plugin) translates the types it sees into these few
records, and every rule is written against them.  This file knows neither `typing` nor mypy: it holds shapes,
not the way to find them.
"""

from __future__ import annotations

from typing import TypeAlias

from responder._contract.frozen import frozen


@frozen
class Scalar:
    """A value that one piece of text can carry: `int`, `str`, `uuid.UUID`, an enum, a literal.

    `name` is the builtin name ("int") or the qualified one ("uuid.UUID").  `bases` are the names of the
    scalars that it is a subtype of ("bool" has ("int",), a `str` enum has ("str",)).
    """

    name: str
    bases: tuple[str, ...] = ()


@frozen
class Many:
    """A list, tuple, set or other sequence of one shape."""

    item: Shape


@frozen
class Model:
    """A structured value: a pydantic model, dataclass, TypedDict, named tuple, attrs or msgspec class."""

    name: str


@frozen
class Upload:
    """An uploaded file."""


@frozen
class Nothing:
    """`None`."""


@frozen
class Choice:
    """A union; `T | None` is a choice that holds `Nothing`."""

    options: tuple[Shape, ...]


@frozen
class Other:
    """A known type that is none of the above, such as `dict[str, int]` or a database session."""

    name: str


@frozen
class Unknown:
    """Not annotated, `Any`, a type variable, or not knowable: no rule may conclude anything from it."""


Shape: TypeAlias = Scalar | Many | Model | Upload | Nothing | Choice | Other | Unknown

UNKNOWN = Unknown()
NOTHING = Nothing()
STR = Scalar("str")
INT = Scalar("int")
FLOAT = Scalar("float")
BOOL = Scalar("bool", ("int",))
UUID = Scalar("uuid.UUID")
