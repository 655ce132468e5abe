"""Lists over a SQLAlchemy 2 query: pages, cursors, sorting and filtering; the door to that package.

```python
query = filter_query(select(Item), {"status": status}, allowed={"status": Item.status})
query = sort_query(query, sort, allowed={"name": Item.name, "created": Item.created})
return (await paginate_query(session, query, params)).map(ItemOut.model_validate)
```

Clients name fields, the allow-list says which columns these are, and values are always bound parameters.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar, cast, overload

from responder.errors import ConfigurationError, MissingPackage
from responder.ext.pagination.cursors import (
    INTEGERS,
    CursorPage,
    CursorQuery,
    InvalidCursor,
    Value,
    decode,
    encode,
)
from responder.ext.pagination.pages import Page, PageQuery, cut
from responder.ext.query import CannotFilter, sort_keys

try:
    from sqlalchemy import (
        BigInteger,
        ColumnElement,
        DateTime,
        Enum,
        Executable,
        Float,
        Integer,
        Numeric,
        Select,
        SQLColumnExpression,
        Time,
        and_,
        case,
        false,
        func,
        inspect,
        literal,
        or_,
        select,
        type_coerce,
    )
    from sqlalchemy.exc import InvalidRequestError
    from sqlalchemy.orm import Mapper
    from sqlalchemy.sql.expression import Join
    from sqlalchemy.sql.visitors import iterate
except ImportError as exc:
    raise MissingPackage("A list over a database", "sqlalchemy", extra="sqlalchemy") from exc

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session
    from sqlalchemy.types import TypeEngine

__all__ = [
    "Column",
    "Keyset",
    "filter_query",
    "paginate_query",
    "paginate_query_by_cursor",
    "paginate_query_by_cursor_sync",
    "paginate_query_sync",
    "sort_query",
]

T = TypeVar("T")

Column: TypeAlias = "SQLColumnExpression[object]"
"""A column, or an attribute of a mapped class."""

_MANY: Final = (list, tuple, set, frozenset)


def sort_query(query: Select[T], spec: str | None, *, allowed: Mapping[str, Column]) -> Select[T]:
    """Order a query by `name,-created`; `CannotSort` for a field that is not allowed.

    What is NULL comes last in either direction.  The order is added to the query's own.
    """
    for name, descending in sort_keys(spec, allowed):
        query = query.order_by(*_order(allowed[name], descending, _may_be_null(allowed[name], query)))
    return query


def filter_query(
    query: Select[T], filters: Mapping[str, object], *, allowed: Mapping[str, Column]
) -> Select[T]:
    """Keep the rows whose columns equal all of the filters, or one of the values of a list.

    A filter that is None is none, and a value that no database could hold equals nothing; `CannotFilter` for
    a field that is not allowed.
    """
    for name, value in filters.items():
        if value is None:
            continue
        if name not in allowed:
            raise CannotFilter(name)
        column = allowed[name]
        if isinstance(value, _MANY):
            options = cast("Collection[object]", value)
            query = query.where(_wide(column).in_(tuple(one for one in options if _can_be_held(one, column))))
        else:
            query = query.where(_wide(column) == value if _can_be_held(value, column) else false())
    return query


# SQLAlchemy 2.0 says `Select[tuple[Item]]` where 2.1 says `Select[Item]`: the first of each pair is for 2.0.


@overload
async def paginate_query(session: AsyncSession, query: Select[tuple[T]], params: PageQuery) -> Page[T]: ...
@overload
async def paginate_query(session: AsyncSession, query: Select[T], params: PageQuery) -> Page[T]: ...
async def paginate_query(session: AsyncSession, query: Select[T], params: PageQuery) -> object:
    """A page of what a query of one entity or column finds, and how much it finds in all.

    Entities that are alike in the query's order are put in the order of their primary key, so that pages
    neither overlap nor leave anything out.
    """
    total = await session.scalar(_count(query)) or 0
    if params.offset >= total:
        return _page((), total, params)
    page = _settled(query).limit(params.size).offset(params.offset)
    try:
        rows: Sequence[object] = (await session.scalars(page)).all()
    except InvalidRequestError:  # a joined collection is loaded along, which repeats the rows
        rows = (await session.scalars(page)).unique().all()
    return _page(rows, total, params)


@overload
def paginate_query_sync(session: Session, query: Select[tuple[T]], params: PageQuery) -> Page[T]: ...
@overload
def paginate_query_sync(session: Session, query: Select[T], params: PageQuery) -> Page[T]: ...
def paginate_query_sync(session: Session, query: Select[T], params: PageQuery) -> object:
    """The same for a session of plain functions."""
    total = session.scalar(_count(query)) or 0
    if params.offset >= total:
        return _page((), total, params)
    page = _settled(query).limit(params.size).offset(params.offset)
    try:
        rows: Sequence[object] = session.scalars(page).all()
    except InvalidRequestError:  # a joined collection is loaded along, which repeats the rows
        rows = session.scalars(page).unique().all()
    return _page(rows, total, params)


class Keyset:
    """An order by which a query is paged, and the rows that follow a place in it.

    `unique` is a column that no two rows share, most often the primary key.  The query must have no order of
    its own.  `secret` signs the cursors.
    """

    def __init__(
        self,
        sort: str | None,
        *,
        unique: Column,
        allowed: Mapping[str, Column] | None = None,
        secret: str | None = None,
    ) -> None:
        columns = allowed or {}
        keys = sort_keys(sort, columns)
        self.stamp = ",".join(f"{'-' if descending else '+'}{name}" for name, descending in keys)
        self._secret = secret
        self._keys = [(columns[name], descending) for name, descending in keys]
        self._keys.append((unique, False))

    def place(self, query: Select[T], params: CursorQuery) -> Executable | None:
        """The query for what the row of a cursor is sorted by; None where the cursor says it itself."""
        values = self._values(params)
        if len(values) in (0, len(self._keys)):
            return None
        unique = self._keys[-1][0]
        columns = query.with_only_columns(*(column for column, _ in self._keys), maintain_column_froms=True)
        return columns.where(_wide(unique) == _fitting(values[0], unique)).limit(1)

    def part(self, query: Select[T], params: CursorQuery, place: Sequence[object] | None = None) -> Select[T]:
        """The query for the rows of a part, one more than are shown, with what they are sorted by.

        `place` is what the query of that name found.
        """
        _check(query)
        keys = [(column, descending, _may_be_null(column, query)) for column, descending in self._keys]
        if params.cursor is not None:
            marks = place
            if marks is None:
                values = self._values(params)
                if len(values) != len(keys):
                    # The row that it stood for is gone.
                    raise InvalidCursor
                marks = [_fitting(value, key[0]) for value, key in zip(values, keys, strict=True)]
            query = query.where(_behind(keys, marks))
        for key in keys:
            query = query.order_by(*_order(*key))
        wider = query.add_columns(*(column for column, _, _ in keys)).limit(params.size + 1)
        return cast("Select[T]", wider)

    def page(self, rows: Sequence[Sequence[object]], params: CursorQuery) -> CursorPage[object]:
        """The envelope."""
        shown = rows[: params.size]
        following = None
        if len(rows) > params.size:
            following = encode([_plain(value) for value in shown[-1][1:]], self.stamp, self._secret)
        return CursorPage(items=[row[0] for row in shown], size=params.size, next_cursor=following)

    def _values(self, params: CursorQuery) -> list[Value]:
        if params.cursor is None:
            return []
        return decode(params.cursor, self.stamp, len(self._keys), self._secret)


@overload
async def paginate_query_by_cursor(
    session: AsyncSession, query: Select[tuple[T]], params: CursorQuery, keyset: Keyset
) -> CursorPage[T]: ...
@overload
async def paginate_query_by_cursor(
    session: AsyncSession, query: Select[T], params: CursorQuery, keyset: Keyset
) -> CursorPage[T]: ...
async def paginate_query_by_cursor(
    session: AsyncSession, query: Select[T], params: CursorQuery, keyset: Keyset
) -> object:
    """The part of what a query of one entity or column finds that follows a cursor.

    It costs the same for the last part as for the first, and rows that come or go before it move nothing.
    """
    place = keyset.place(query, params)
    part = keyset.part(query, params, None if place is None else (await session.execute(place)).first())
    try:
        rows: object = (await session.execute(part)).all()
    except InvalidRequestError:  # a joined collection is loaded along, which repeats the rows
        rows = (await session.execute(part)).unique().all()
    return keyset.page(cast("Sequence[Sequence[object]]", rows), params)


@overload
def paginate_query_by_cursor_sync(
    session: Session, query: Select[tuple[T]], params: CursorQuery, keyset: Keyset
) -> CursorPage[T]: ...
@overload
def paginate_query_by_cursor_sync(
    session: Session, query: Select[T], params: CursorQuery, keyset: Keyset
) -> CursorPage[T]: ...
def paginate_query_by_cursor_sync(
    session: Session, query: Select[T], params: CursorQuery, keyset: Keyset
) -> object:
    """The same for a session of plain functions."""
    place = keyset.place(query, params)
    part = keyset.part(query, params, None if place is None else session.execute(place).first())
    try:
        rows: object = session.execute(part).all()
    except InvalidRequestError:  # a joined collection is loaded along, which repeats the rows
        rows = session.execute(part).unique().all()
    return keyset.page(cast("Sequence[Sequence[object]]", rows), params)


def _page(rows: Sequence[object], total: int, params: PageQuery) -> Page[object]:
    return cut(rows, total, params.page, params.size)


def _count(query: Select[T]) -> Select[int]:
    """How many rows a query has, however it joins and whatever it leaves out."""
    _check(query)
    inner = query.order_by(None).limit(None).offset(None).subquery()
    return select(func.count()).select_from(inner)


def _check(query: Select[T]) -> None:
    wide = len(query.column_descriptions)
    if wide != 1:
        raise ConfigurationError(f"A list is made of one entity or column, and this query has {wide}.")


def _settled(query: Select[T]) -> Select[T]:
    """The query with the primary key of its entity behind its order."""
    described = cast("Mapping[str, object]", query.column_descriptions[0])
    entity = described.get("entity")
    if entity is None or described.get("expr") is not entity:
        return query
    mapper = getattr(inspect(entity, raiseerr=False), "mapper", None)
    if not isinstance(mapper, Mapper):
        return query
    names = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
    return query.order_by(*(getattr(entity, name) for name in names))


def _order(column: Column, descending: bool, nullable: bool) -> tuple[ColumnElement[object], ...]:
    way = column.desc() if descending else column.asc()
    if not nullable:
        return (way,)
    # NULLS LAST is not understood everywhere.
    return case((column.is_(None), 1), else_=0).asc(), way


def _behind(keys: Sequence[tuple[Column, bool, bool]], marks: Sequence[object]) -> ColumnElement[bool]:
    """Whether a row stands behind a place in the order: decided by the first key in which they differ."""
    cases: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for (column, descending, nullable), mark in zip(keys, marks, strict=True):
        if mark is None:
            same.append(column.is_(None))
            continue
        # As a parameter always: SQLAlchemy has rules of its own for True and False.
        place = literal(mark, cast("TypeEngine[object] | None", getattr(_wide(column), "type", None)))
        further = column < place if descending else column > place
        cases.append(and_(*same, or_(further, column.is_(None)) if nullable else further))
        same.append(column == place)
    return or_(false(), *cases)


def _wide(column: Column) -> Column:
    """The column, compared with values of any size: PostgreSQL refuses a parameter that its type can't hold,
    while a comparison with a wider one is only false.
    """
    kind = getattr(column, "type", None)
    if isinstance(kind, Integer):
        return type_coerce(column, BigInteger())
    if isinstance(kind, Numeric) and not isinstance(kind, Float):
        return type_coerce(column, Numeric())
    return column


def _can_be_held(value: object, column: Column) -> bool:
    """Whether a value is one that drivers send: others make them raise, and clients choose the values."""
    kind = getattr(column, "type", None)
    if isinstance(value, int):
        return -INTEGERS <= value < INTEGERS
    if isinstance(value, datetime.datetime | datetime.time):
        zoned = not isinstance(kind, DateTime | Time) or kind.timezone
        return zoned or value.tzinfo is None
    if not isinstance(value, str):
        return True
    if isinstance(kind, Enum) and not isinstance(value, enum.Enum) and value not in kind.enums:
        return False
    return "\0" not in value and not any("\ud800" <= one <= "\udfff" for one in value)


def _fitting(value: Value, column: Column) -> object:
    """A value of a cursor, if it is one that its column could have given."""
    if value is None:
        return None
    try:
        kind: object = getattr(getattr(column, "type", None), "python_type", object)
    except NotImplementedError:
        return value
    if isinstance(kind, type) and issubclass(kind, enum.Enum) and isinstance(value, str):
        if value not in kind.__members__:
            raise InvalidCursor
        return kind[value]
    if isinstance(kind, type) and (
        not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool)
    ):
        raise InvalidCursor
    if not _can_be_held(value, column):
        raise InvalidCursor
    return value


def _plain(value: object) -> object:
    return value.name if isinstance(value, enum.Enum) else value


def _may_be_null(column: Column, query: Select[T]) -> bool:
    """Whether a query may give NULL for a column: it allows that, or stands in an outer join."""
    own: object = getattr(column, "expression", column)
    if getattr(own, "nullable", True):
        return True
    joins = (part for source in query.get_final_froms() for part in iterate(source))
    return any(isinstance(part, Join) and (part.isouter or part.full) for part in joins)
