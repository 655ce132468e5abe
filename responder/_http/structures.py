"""What a request is looked at through: `Headers`, `QueryDict`, `MultiDict` and `State`.

All of them are views or small mappings over plain data; none knows of requests.  `Request` hands them out,
handlers read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from typing import Generic, TypeAlias, TypeVar, cast, overload

from typing_extensions import override

from responder._http.querystring import parse_query

T = TypeVar("T")
ValueT = TypeVar("ValueT")

RawHeaders: TypeAlias = Iterable[tuple[bytes, bytes]]


class Headers(Mapping[str, str]):
    """The headers of a request: names without case, the last line of a name, or all of them by `get_list`."""

    __slots__ = ("_raw",)

    def __init__(self, raw: RawHeaders) -> None:
        self._raw = raw

    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        """The lines as they came, names in lower case."""
        return list(self._raw)

    @override
    def __getitem__(self, name: str) -> str:
        value = self._find(name)
        if value is None:
            raise KeyError(name)
        return value.decode("latin-1")

    @overload
    def get(self, name: str, default: None = None, /) -> str | None: ...
    @overload
    def get(self, name: str, default: str, /) -> str: ...
    @overload
    def get(self, name: str, default: T, /) -> str | T: ...
    @override
    def get(self, name: str, default: object = None, /) -> object:
        """The value of the last line of this name."""
        value = self._find(name)
        return default if value is None else value.decode("latin-1")

    def get_list(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """The values of all lines of this name, in order."""
        wanted = name.lower().encode("latin-1", "replace")
        return [value.decode("latin-1") for key, value in self._raw if key == wanted] or list(default)

    getlist = get_list

    def multi_items(self) -> list[tuple[str, str]]:
        """Every line in order."""
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._raw]

    def _find(self, name: str) -> bytes | None:
        wanted = name.lower().encode("latin-1", "replace")
        found: bytes | None = None
        for key, value in self._raw:
            if key == wanted:
                found = value
        return found

    @override
    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._find(name) is not None

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.decode("latin-1") for name, _ in self._raw))

    @override
    def __len__(self) -> int:
        return len({name for name, _ in self._raw})

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.multi_items()!r})"


class MultiDict(Mapping[str, ValueT], Generic[ValueT]):
    """A mapping of a name to its last value, that keeps all of them."""

    __slots__ = ("_lists",)

    def __init__(self, pairs: Iterable[tuple[str, ValueT]] = ()) -> None:
        self._lists: dict[str, list[ValueT]] = {}
        for name, value in pairs:
            self._lists.setdefault(name, []).append(value)

    @override
    def __getitem__(self, name: str) -> ValueT:
        return self._lists[name][-1]

    @override
    def __contains__(self, name: object) -> bool:
        return name in self._lists

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    @override
    def __len__(self) -> int:
        return len(self._lists)

    @overload
    def get_list(self, name: str) -> list[ValueT]: ...
    @overload
    def get_list(self, name: str, default: T) -> list[ValueT] | T: ...
    def get_list(self, name: str, default: object = None) -> object:
        """A copy of all values of a name; the default, or an empty list, when there is none."""
        values = self._lists.get(name)
        if values is not None:
            return list(values)
        return [] if default is None else default

    getlist = get_list

    def items_list(self) -> list[tuple[str, list[ValueT]]]:
        """Each name with all of its values."""
        return [(name, list(values)) for name, values in self._lists.items()]

    def multi_items(self) -> list[tuple[str, ValueT]]:
        """Each value with its name."""
        return [(name, value) for name, values in self._lists.items() for value in values]

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._lists!r})"


QuerySource: TypeAlias = "str | bytes | Mapping[str, str | Sequence[str]] | Iterable[tuple[str, str]]"


class QueryDict(MultiDict[str], MutableMapping[str, str]):
    """The query string, or the text fields of a form, by name.

    Reading a name gives its last value and `get_list` all of them.  Assigning replaces them all; updating
    from another `QueryDict` takes over every value.
    """

    __slots__ = ()

    def __init__(self, source: QuerySource = ()) -> None:
        if isinstance(source, str):
            source = source.encode("utf-8", "replace")
        if isinstance(source, bytes):
            super().__init__(parse_query(source))
        elif isinstance(source, QueryDict):
            super().__init__(source.multi_items())
        elif isinstance(source, Mapping):
            super().__init__()
            for name, value in cast("Mapping[str, str | Sequence[str]]", source).items():
                self[name] = value
        else:
            super().__init__(source)

    @override
    def __setitem__(self, name: str, value: str | Sequence[str]) -> None:
        self._lists[name] = [value] if isinstance(value, str) else list(value)

    @override
    def __delitem__(self, name: str) -> None:
        del self._lists[name]

    @override
    def update(self, source: QuerySource = (), /, **values: str) -> None:  # type: ignore[override]  # lists too
        """Replace the values of the names in `source`."""
        for name, many in QueryDict(source).items_list():
            self[name] = many
        for name, value in values.items():
            self[name] = value


class State:
    """A free namespace, kept in a dictionary that others may share.

    An attribute is an `object` to the type checker; `get` gives it with its type.  For more than a handful of
    values a typed dependency is the better place.
    """

    __slots__ = ("_values",)

    _values: dict[str, object]

    def __init__(self, values: dict[str, object] | None = None) -> None:
        object.__setattr__(self, "_values", {} if values is None else values)

    def __getattr__(self, name: str) -> object:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no {name!r}") from None

    @override
    def __setattr__(self, name: str, value: object) -> None:
        self._values[name] = value

    @override
    def __delattr__(self, name: str) -> None:
        try:
            del self._values[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no {name!r}") from None

    def get(self, name: str, kind: type[T]) -> T:
        """The value of a name as a `kind`; `TypeError` when it is none, `AttributeError` without the name."""
        value = getattr(self, name)
        if not isinstance(value, kind):
            raise TypeError(f"{name!r} is a {type(value).__name__}, not a {kind.__name__}")
        return value

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self._values == other._values

    __hash__ = None  # type: ignore[assignment]  # mutable, as a dict is

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._values!r})"
