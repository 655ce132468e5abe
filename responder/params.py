"""Markers: where a parameter's value comes from, written as its default or inside `Annotated`.

```python
def search(*, q: str = Query(min_length=1), limit: int = Query(20, ge=1, le=100)): ...
def show(*, trace: Annotated[str | None, Header()] = None, db: Session = Depends(make_session)): ...
```

At run time a marker function gives a plain frozen `Marker` or `Dependency`, which `_routing.reader` finds.
Its *static* type is the type of the value that the handler will get; that is what lets every type checker
compare a marker with the annotation beside it.  Nothing here knows a route, a request or pydantic.

- The required form gives a type variable that occurs in the result only, so it is solved from the annotation.
  (Where nothing else holds it, both type checkers have to be told to let that pass.)
- `gt`, `ge`, `lt`, `le` and `multiple_of` have the type of the value: `name: str = Query("a", ge=1)` is an
error.
- `min_length`, `max_length` and `pattern` exist only for values that have a length.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from enum import Enum
from types import EllipsisType, MappingProxyType
from typing import Final, Generic, TypedDict, overload

from typing_extensions import TypeIs, TypeVar, Unpack

from responder._contract.hints import resemblance
from responder._contract.sources import Source
from responder._http.problems import Problem
from responder._http.raises import Problems, checked_raises
from responder._http.refusals import RouteError, refusal
from responder.registry import Provider

__all__ = [
    "MISSING",
    "Body",
    "Cookie",
    "Dependency",
    "Depends",
    "File",
    "Form",
    "Header",
    "Marker",
    "Missing",
    "Path",
    "Query",
]

T = TypeVar("T")
S = TypeVar("S", bound="Sized | None")


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
"""Stands for "no default": None is a value like any other."""


class MarkerOptions(TypedDict, total=False):
    """What every marker takes."""

    alias: str | None
    """The name to look for, when it is not the parameter's own."""
    convert_underscores: bool
    """Whether `Header` looks for `user-agent` when the parameter is called `user_agent`; True unless
    given."""
    description: str | None
    """What the value means, for the OpenAPI document."""
    deprecated: bool
    """Whether the OpenAPI document should advise against it."""
    examples: Sequence[object]
    """Examples for the OpenAPI document."""
    strict: bool
    """Whether a value of a neighbouring type is refused rather than converted."""


class Limits(MarkerOptions, Generic[T], total=False):
    """What a marker of a value that can be compared takes."""

    gt: T
    ge: T
    lt: T
    le: T
    multiple_of: T
    allow_inf_nan: bool
    max_digits: int
    decimal_places: int


class Counts(MarkerOptions, total=False):
    """What a marker of several files takes: how many there may be."""

    min_length: int
    max_length: int


class Lengths(Counts, total=False):
    """What a marker of a value that has a length takes."""

    pattern: str


_COMPARISONS: Final = ("gt", "ge", "lt", "le", "multiple_of", "allow_inf_nan", "max_digits", "decimal_places")
_MEASURES: Final = ("min_length", "max_length", "pattern")
CONSTRAINTS: Final[frozenset[str]] = frozenset((*_COMPARISONS, *_MEASURES, "strict"))
_OPTIONS: Final[frozenset[str]] = frozenset(
    ("alias", "convert_underscores", "description", "deprecated", "examples")
)
_NO_CONSTRAINTS: Final[Mapping[str, object]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Marker:
    """A parameter read from the client's message; `default` is `MISSING` when it is required.

    `constraints` holds just those that were given.  `embed` says that a body value has a key of its own.
    Each is itself alone: typing hashes what stands in `Annotated`, and would take `Query(1)` for
    `Query(True)`.
    """

    source: Source
    default: object = MISSING
    default_factory: Callable[[], object] | None = None
    alias: str | None = None
    convert_underscores: bool = True
    description: str | None = None
    deprecated: bool = False
    examples: tuple[object, ...] | None = None
    embed: bool = False
    constraints: Mapping[str, object] = field(default_factory=lambda: _NO_CONSTRAINTS)


@dataclass(frozen=True, slots=True)
class Dependency:
    """A parameter that a provider fills; two of the same provider are equal."""

    provider: Callable[..., object]
    raises: Problems = field(default=(), compare=False)


@overload
def Query(default: EllipsisType = ..., /, **options: Unpack[Limits[T]]) -> T: ...
@overload
def Query(default: T, /, **options: Unpack[MarkerOptions]) -> T: ...
@overload
def Query(default: T, /, **options: Unpack[Limits[T]]) -> T: ...
# Solved from the annotation, which checkers can't see from here.
@overload
def Query(default: EllipsisType = ..., /, **options: Unpack[Lengths]) -> S: ...  # type: ignore[type-var]
@overload
def Query(default: S, /, **options: Unpack[Lengths]) -> S: ...
@overload
def Query(*, default_factory: Callable[[], T], **options: Unpack[Limits[T]]) -> T: ...
@overload
def Query(*, default_factory: Callable[[], S], **options: Unpack[Lengths]) -> S: ...
def Query(default: object = ..., /, **options: object) -> object:
    """Read from the query string: the last value, all of them for a sequence, everything for a model."""
    return _marker(Source.QUERY, default, options)


@overload
def Header(default: EllipsisType = ..., /, **options: Unpack[Limits[T]]) -> T: ...
@overload
def Header(default: T, /, **options: Unpack[MarkerOptions]) -> T: ...
@overload
def Header(default: T, /, **options: Unpack[Limits[T]]) -> T: ...
# Solved from the annotation, which checkers can't see from here.
@overload
def Header(default: EllipsisType = ..., /, **options: Unpack[Lengths]) -> S: ...  # type: ignore[type-var]
@overload
def Header(default: S, /, **options: Unpack[Lengths]) -> S: ...
@overload
def Header(*, default_factory: Callable[[], T], **options: Unpack[Limits[T]]) -> T: ...
@overload
def Header(*, default_factory: Callable[[], S], **options: Unpack[Lengths]) -> S: ...
def Header(default: object = ..., /, **options: object) -> object:
    """Read from a header: the last line of it, or all lines for a sequence."""
    return _marker(Source.HEADER, default, options)


@overload
def Cookie(default: EllipsisType = ..., /, **options: Unpack[Limits[T]]) -> T: ...
@overload
def Cookie(default: T, /, **options: Unpack[MarkerOptions]) -> T: ...
@overload
def Cookie(default: T, /, **options: Unpack[Limits[T]]) -> T: ...
# Solved from the annotation, which checkers can't see from here.
@overload
def Cookie(default: EllipsisType = ..., /, **options: Unpack[Lengths]) -> S: ...  # type: ignore[type-var]
@overload
def Cookie(default: S, /, **options: Unpack[Lengths]) -> S: ...
@overload
def Cookie(*, default_factory: Callable[[], T], **options: Unpack[Limits[T]]) -> T: ...
@overload
def Cookie(*, default_factory: Callable[[], S], **options: Unpack[Lengths]) -> S: ...
def Cookie(default: object = ..., /, **options: object) -> object:
    """Read from a cookie."""
    return _marker(Source.COOKIE, default, options)


@overload
def Path(default: EllipsisType = ..., /, **options: Unpack[Limits[T]]) -> T: ...
@overload
def Path(default: T, /, **options: Unpack[MarkerOptions]) -> T: ...
@overload
def Path(default: T, /, **options: Unpack[Limits[T]]) -> T: ...
# Solved from the annotation, which checkers can't see from here.
@overload
def Path(default: EllipsisType = ..., /, **options: Unpack[Lengths]) -> S: ...  # type: ignore[type-var]
@overload
def Path(default: S, /, **options: Unpack[Lengths]) -> S: ...
@overload
def Path(*, default_factory: Callable[[], T], **options: Unpack[Limits[T]]) -> T: ...
@overload
def Path(*, default_factory: Callable[[], S], **options: Unpack[Lengths]) -> S: ...
def Path(default: object = ..., /, **options: object) -> object:
    """Read from the path, and validate the value again; for an alias or for constraints."""
    return _marker(Source.PATH, default, options)


@overload
def Form(default: EllipsisType = ..., /, **options: Unpack[Limits[T]]) -> T: ...
@overload
def Form(default: T, /, **options: Unpack[MarkerOptions]) -> T: ...
@overload
def Form(default: T, /, **options: Unpack[Limits[T]]) -> T: ...
# Solved from the annotation, which checkers can't see from here.
@overload
def Form(default: EllipsisType = ..., /, **options: Unpack[Lengths]) -> S: ...  # type: ignore[type-var]
@overload
def Form(default: S, /, **options: Unpack[Lengths]) -> S: ...
@overload
def Form(*, default_factory: Callable[[], T], **options: Unpack[Limits[T]]) -> T: ...
@overload
def Form(*, default_factory: Callable[[], S], **options: Unpack[Lengths]) -> S: ...
def Form(default: object = ..., /, **options: object) -> object:
    """Read from the text parts of a form; a model takes the form as a whole."""
    return _marker(Source.FORM, default, options)


# Solved from the annotation, which checkers can't see from here.
@overload
def File(default: EllipsisType = ..., /, **options: Unpack[MarkerOptions]) -> T: ...  # type: ignore[type-var]
@overload
def File(default: T, /, **options: Unpack[MarkerOptions]) -> T: ...
# Solved from the annotation, which checkers can't see from here.
@overload
def File(default: EllipsisType = ..., /, **options: Unpack[Counts]) -> S: ...  # type: ignore[type-var]
@overload
def File(default: S, /, **options: Unpack[Counts]) -> S: ...
def File(default: object = ..., /, **options: object) -> object:
    """Read the uploaded file of a form part, or all of them for a sequence.

    What else a file has to be stands beside its type: `Annotated[UploadFile, AfterValidator(is_picture)]`.
    """
    return _marker(Source.FILE, default, options)


class BodyOptions(MarkerOptions, total=False):
    """What `Body` takes beside its default."""

    embed: bool
    """Whether the value is found under its name in the body, rather than being the body."""


class BodyLimits(Limits[T], BodyOptions, Generic[T], total=False):
    """What the `Body` of a value that can be compared takes."""


class BodyLengths(Lengths, BodyOptions, total=False):
    """What the `Body` of a value that has a length takes."""


@overload
def Body(default: EllipsisType = ..., /, **options: Unpack[BodyLimits[T]]) -> T: ...
@overload
def Body(default: T, /, **options: Unpack[BodyOptions]) -> T: ...
@overload
def Body(default: T, /, **options: Unpack[BodyLimits[T]]) -> T: ...
# Solved from the annotation, which checkers can't see from here.
@overload
def Body(default: EllipsisType = ..., /, **options: Unpack[BodyLengths]) -> S: ...  # type: ignore[type-var]
@overload
def Body(default: S, /, **options: Unpack[BodyLengths]) -> S: ...
@overload
def Body(*, default_factory: Callable[[], T], **options: Unpack[BodyLimits[T]]) -> T: ...
@overload
def Body(*, default_factory: Callable[[], S], **options: Unpack[BodyLengths]) -> S: ...
def Body(default: object = ..., /, **options: object) -> object:
    """Read the request body into any type that pydantic can adapt."""
    embed = options.pop("embed", False)
    if not isinstance(embed, bool):
        raise _unfit("embed", "Body", "True or False", embed)
    return _marker(Source.BODY, default, options, embed=embed)


@overload
def Depends(provider: Provider[..., T, str], /, *, raises: Sequence[type[Problem]] = ()) -> T: ...
@overload
def Depends(provider: Callable[..., AsyncIterator[T]], /, *, raises: Sequence[type[Problem]] = ()) -> T: ...
@overload
def Depends(provider: Callable[..., Iterator[T]], /, *, raises: Sequence[type[Problem]] = ()) -> T: ...
@overload
def Depends(provider: Callable[..., Awaitable[T]], /, *, raises: Sequence[type[Problem]] = ()) -> T: ...
@overload
def Depends(provider: Callable[..., T], /, *, raises: Sequence[type[Problem]] = ()) -> T: ...
def Depends(provider: object, /, *, raises: Sequence[type[Problem]] = ()) -> object:
    """Call a provider, once a request, and hand over what it returns or yields.

    The provider is a plain or async function, a generator of either kind, a class, or an entry of a registry.
    `raises` are the problems that it raises, for the document.
    """
    if not callable(provider):
        raise refusal("depends-provider", value=repr(provider))
    return Dependency(provider, checked_raises(raises, "Depends()"))


def _marker(source: Source, default: object, options: Mapping[str, object], *, embed: bool = False) -> Marker:
    name = source.value.capitalize()
    rest = dict(options)
    factory = rest.pop("default_factory", None)
    if factory is not None and default is not ...:
        raise refusal("marker-defaults", marker=name)
    if factory is not None and not callable(factory):
        raise _unfit("default_factory", name, "callable", factory)
    constraints = {key: rest.pop(key) for key in options if key in CONSTRAINTS}
    unknown = [key for key in rest if key not in _OPTIONS]
    if unknown:
        raise _unknown(name, unknown[0])
    return Marker(
        source,
        MISSING if default is ... else default,
        factory,
        alias=_text(rest, "alias", name),
        convert_underscores=_flag(rest, "convert_underscores", True, name),
        description=_text(rest, "description", name),
        deprecated=_flag(rest, "deprecated", False, name),
        examples=_examples(rest, name),
        embed=embed,
        constraints=MappingProxyType(constraints) if constraints else _NO_CONSTRAINTS,
    )


def _text(options: Mapping[str, object], key: str, marker: str) -> str | None:
    value = options.get(key)
    if value is None or isinstance(value, str):
        return value
    raise _unfit(key, marker, "a string", value)


def _flag(options: Mapping[str, object], key: str, default: bool, marker: str) -> bool:
    value = options.get(key, default)
    if isinstance(value, bool):
        return value
    raise _unfit(key, marker, "True or False", value)


def _examples(options: Mapping[str, object], marker: str) -> tuple[object, ...] | None:
    value: object = options.get("examples")
    if value is None:
        return None
    if not _is_sequence(value):
        raise _unfit("examples", marker, "a list of examples", value)
    return tuple(value)


def _is_sequence(value: object) -> TypeIs[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _unknown(marker: str, option: str) -> RouteError:
    """Name the bad keyword and the valid ones."""
    own = ("default_factory", "embed") if marker == "Body" else ("default_factory",)
    valid = sorted((*_OPTIONS, *CONSTRAINTS, *own))
    hint = resemblance(option, valid)
    note = f"valid are {', '.join(valid)}"
    return refusal("marker-option", marker=marker, option=option, hint=hint, note=note)


def _unfit(option: str, marker: str, expected: str, value: object) -> RouteError:
    return refusal("marker-value", option=option, marker=marker, expected=expected, value=repr(value))
