"""Lists over a real database: SQLite, by a session of plain functions and by one of coroutines."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import enum
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Boolean, Engine, ForeignKey, Numeric, create_engine, event, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, joinedload, mapped_column, relationship

from responder import API, ConfigurationError, Depends, Query, Request, Response
from responder.ext.pagination import (
    CursorPage,
    CursorParams,
    CursorQuery,
    InvalidCursor,
    Page,
    PageParams,
    PageQuery,
    set_pagination_headers,
)
from responder.ext.pagination.cursors import encode
from responder.ext.query import CannotFilter, CannotSort
from responder.ext.sqlalchemy import (
    Column,
    Keyset,
    filter_query,
    paginate_query,
    paginate_query_by_cursor,
    paginate_query_by_cursor_sync,
    paginate_query_sync,
    sort_query,
)
from tests.tour.support import call


class Base(DeclarativeBase):
    pass


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[decimal.Decimal | None] = mapped_column(Numeric(10, 2))
    created: Mapped[datetime.datetime]
    size: Mapped[Size]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(order_by="Tag.id")


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    word: Mapped[str]


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    name: str


COLUMNS: dict[str, Column] = {
    "name": Item.name,
    "price": Item.price,
    "created": Item.created,
    "size": Item.size,
    "author": Author.name,
}
DAY = datetime.datetime.fromisoformat("2026-01-01")


def stock() -> list[object]:
    """Thirty items of few names and prices, some without, each with some tags, some of two authors."""
    rows: list[object] = [Author(id=1, name="ann"), Author(id=2, name="bob")]
    for number in range(1, 31):
        item = Item(
            id=number,
            name="abc"[number % 3],
            price=None if number % 5 == 0 else decimal.Decimal(number % 4) + decimal.Decimal("0.10"),
            created=DAY + datetime.timedelta(days=number % 7),
            size=list(Size)[number % 2],
            author_id=None if number % 4 == 0 else number % 2 + 1,
        )
        item.tags = [Tag(word=word) for word in ("red", "blue")[: number % 3]]
        rows.append(item)
    return rows


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "items.db"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(stock())
        session.commit()
    engine.dispose()
    return path


@pytest.fixture(scope="module")
def engine(file: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{file}")
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as made:
        yield made


def in_async_session(file: Path, work: Callable[[AsyncSession], Awaitable[None]]) -> None:
    async def main() -> None:
        engine: AsyncEngine = create_async_engine(f"sqlite+aiosqlite:///{file}")
        try:
            async with AsyncSession(engine) as session:
                await work(session)
        finally:
            await engine.dispose()

    asyncio.run(main())


def ids(items: list[Item]) -> list[int]:
    return [item.id for item in items]


# --- pages


def test_a_page_of_a_query_has_rows_and_the_number_of_all(session: Session) -> None:
    page: Page[Item] = paginate_query_sync(session, select(Item), PageQuery(page=2, size=12))
    assert ids(page.items) == list(range(13, 25))
    assert (page.total, page.pages, page.page, page.size) == (30, 3, 2, 12)
    out: Page[Out] = page.map(Out.model_validate)
    assert out.items[0] == Out(id=13, name="b")
    names: Page[str] = paginate_query_sync(session, select(Item.name).distinct(), PageQuery())
    assert sorted(names.items) == ["a", "b", "c"]


def test_the_same_is_awaited_with_an_async_session(file: Path) -> None:
    async def work(session: AsyncSession) -> None:
        page: Page[Item] = await paginate_query(session, select(Item), PageQuery(page=3, size=12))
        assert ids(page.items) == list(range(25, 31))
        assert page.total == 30

    in_async_session(file, work)


def test_a_page_behind_the_last_is_empty_and_asks_the_database_for_nothing(
    session: Session, engine: Engine
) -> None:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        page = paginate_query_sync(session, select(Item), PageQuery(page=2_147_483_647, size=100))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert (page.items, page.total) == ([], 30)
    assert len(asked) == 1
    none = paginate_query_sync(session, select(Item).where(Item.id < 0), PageQuery())
    assert (none.items, none.total, none.pages) == ([], 0, 0)


def test_joins_and_distinct_count_what_they_show(session: Session) -> None:
    joined = select(Item).join(Tag).where(Tag.word.in_(["red", "blue"]))
    tagged = 20
    page = paginate_query_sync(session, joined.distinct(), PageQuery(size=100))
    assert len(page.items) == page.total == tagged
    twice = paginate_query_sync(session, joined, PageQuery(size=100))
    assert len(twice.items) == twice.total == 30
    grouped = select(Item).join(Tag).group_by(Item.id).having(func.count(Tag.id) > 1)
    found = paginate_query_sync(session, grouped, PageQuery(size=3))
    assert (len(found.items), found.total) == (3, 10)


def test_what_is_loaded_along_changes_no_page(session: Session, file: Path) -> None:
    query = select(Item).options(joinedload(Item.tags))
    page = paginate_query_sync(session, query, PageQuery(page=2, size=7))
    assert ids(page.items) == list(range(8, 15))
    assert page.total == 30
    assert [tag.word for tag in page.items[0].tags] == ["red", "blue"]
    part = paginate_query_by_cursor_sync(session, query, CursorQuery(size=7), Keyset("", unique=Item.id))
    assert ids(part.items) == list(range(1, 8))

    async def work(session: AsyncSession) -> None:
        assert ids((await paginate_query(session, query, PageQuery(size=7))).items) == list(range(1, 8))
        part = await paginate_query_by_cursor(session, query, CursorQuery(size=7), Keyset("", unique=Item.id))
        assert ids(part.items) == list(range(1, 8))

    in_async_session(file, work)


def test_pages_of_what_is_alike_neither_overlap_nor_leave_out(session: Session) -> None:
    seen: list[int] = []
    for number in range(1, 7):
        query = select(Item).order_by(Item.name.desc())
        seen += ids(paginate_query_sync(session, query, PageQuery(page=number, size=5)).items)
    assert sorted(seen) == list(range(1, 31))
    alias = aliased(Item)
    assert ids(paginate_query_sync(session, select(alias), PageQuery(size=3)).items) == [1, 2, 3]


def test_a_query_of_several_columns_is_no_list(session: Session) -> None:
    with pytest.raises(ConfigurationError, match="this query has 2"):
        paginate_query_sync(session, select(Item.id, Item.name), PageQuery())  # type: ignore[arg-type]  # that is the point


# --- sorting and filtering


def test_a_query_is_sorted_by_allowed_columns_and_null_is_last(session: Session) -> None:
    for spec in ("price,-name", "-price,name", "-created", "size,name"):
        found = list(session.scalars(sort_query(select(Item), spec, allowed=COLUMNS).order_by(Item.id)))
        expected = list(session.scalars(select(Item).order_by(Item.id)))
        for part in reversed(spec.split(",")):
            name = part.removeprefix("-")
            values = {item.id: getattr(item, name) for item in expected}
            if name == "size":
                values = {key: value.name for key, value in values.items()}
            some = [item for item in expected if values[item.id] is not None]
            some.sort(key=lambda item: values[item.id], reverse=part.startswith("-"))
            expected = some + [item for item in expected if values[item.id] is None]
        assert ids(found) == ids(expected)


EVIL = "name; DROP TABLE items", "id", "name' OR 1=1 --", "items.name", "__class__"


@pytest.mark.parametrize("name", EVIL)
def test_nothing_but_allowed_names_gets_into_a_query(session: Session, name: str) -> None:
    with pytest.raises(CannotSort):
        sort_query(select(Item), name, allowed=COLUMNS)
    with pytest.raises(CannotFilter):
        filter_query(select(Item), {name: 1}, allowed=COLUMNS)
    query = filter_query(select(Item), {"name": name}, allowed=COLUMNS)
    assert paginate_query_sync(session, query, PageQuery()).total == 0
    assert paginate_query_sync(session, select(Item), PageQuery()).total == 30


def test_a_query_is_filtered_by_values_and_by_lists_of_them(session: Session) -> None:
    def total(**filters: object) -> int:
        query = filter_query(select(Item), filters, allowed=COLUMNS)
        return paginate_query_sync(session, query, PageQuery()).total

    assert total(name="a") == 10
    assert total(name=["a", "b"], price=None) == 20
    assert total(name="a", size=Size.SMALL) == 5
    assert total(name=[]) == 0


def test_a_value_that_no_database_holds_equals_nothing(session: Session) -> None:
    def total(**filters: object) -> int:
        query = filter_query(select(Item), filters, allowed={**COLUMNS, "id": Item.id})
        return paginate_query_sync(session, query, PageQuery()).total

    assert total(id=2**63) == total(id=-(10**30)) == total(name="a\0") == total(name="\ud800") == 0
    assert total(id=[10**30, 1, 2]) == 2
    assert total(id=2**40) == total(price=decimal.Decimal("1e300")) == total(size="HUGE") == 0
    assert total(created=DAY.replace(tzinfo=datetime.UTC)) == 0
    assert (total(created=DAY), total(size="LARGE"), total(price=decimal.Decimal("1.10"))) == (4, 15, 6)


# --- cursors


def parts(session: Session, sort: str, size: int, *, outer: bool = False) -> list[list[int]]:
    query = select(Item).outerjoin(Author) if outer else select(Item)
    keyset = Keyset(sort, unique=Item.id, allowed=COLUMNS)
    found: list[list[int]] = []
    cursor: str | None = None
    while True:
        page: CursorPage[Item] = paginate_query_by_cursor_sync(
            session, query, CursorQuery(cursor=cursor, size=size), keyset
        )
        found.append(ids(page.items))
        cursor = page.next_cursor
        if cursor is None:
            return found


SPECS = st.lists(
    st.sampled_from(["name", "-name", "price", "-price", "created", "-created", "size", "-size"]), max_size=3
).map(",".join)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPECS, st.integers(1, 12))
def test_parts_together_are_the_query_once_and_in_order(session: Session, sort: str, size: int) -> None:
    found = parts(session, sort, size)
    whole = [one for part in found for one in part]
    query = sort_query(select(Item), sort, allowed=COLUMNS).order_by(Item.id)
    assert whole == ids(list(session.scalars(query)))
    assert all(len(part) == size for part in found[:-1])


@pytest.mark.parametrize("sort", ["author", "-author", "-author,price"])
def test_an_outer_join_may_leave_a_column_empty(session: Session, sort: str) -> None:
    found = [one for part in parts(session, sort, 4, outer=True) for one in part]
    assert sorted(found) == list(range(1, 31))
    assert {one for one in found[-7:] if one % 4 == 0} == set(found[-7:])


def test_a_part_goes_on_behind_its_cursor_whatever_came_before(file: Path) -> None:
    async def work(session: AsyncSession) -> None:
        keyset = Keyset("-name", unique=Item.id, allowed=COLUMNS, secret="a secret")
        first = await paginate_query_by_cursor(session, select(Item), CursorQuery(size=4), keyset)
        assert ids(first.items) == [2, 5, 8, 11]
        early = Item(id=-1, name="c", created=DAY, size=Size.SMALL)
        session.add(early)
        await session.flush()
        params = CursorQuery(size=4, cursor=first.next_cursor)
        assert ids((await paginate_query_by_cursor(session, select(Item), params, keyset)).items) == [
            14,
            17,
            20,
            23,
        ]
        await session.rollback()

    in_async_session(file, work)


@pytest.mark.parametrize("sort", ["dear", "-dear", "-dear,name"])
def test_rows_are_paged_by_what_is_true_or_false(session: Session, sort: str) -> None:
    dear = type_coerce(Item.id > 20, Boolean)
    keyset = Keyset(sort, unique=Item.id, allowed={"dear": dear, "name": Item.name})
    found: list[int] = []
    cursor: str | None = None
    while cursor is not None or not found:
        page: CursorPage[Item] = paginate_query_by_cursor_sync(
            session, select(Item), CursorQuery(cursor=cursor, size=4), keyset
        )
        found += ids(page.items)
        cursor = page.next_cursor
    assert sorted(found) == list(range(1, 31))
    assert all(one > 20 for one in (found[:10] if sort.startswith("-") else found[20:]))


@pytest.mark.parametrize(
    ("sort", "values"),
    [
        ("name", [5, 1]),
        ("name", ["a", True]),
        ("name", ["a", "1"]),
        ("price", ["1.0", 1]),
        ("price", [1.0, 1]),
        ("created", ["2026-01-01", 1]),
        ("created", [DAY.replace(tzinfo=datetime.UTC), 1]),
        ("size", ["HUGE", 1]),
        ("size", [3, 1]),
        ("name", ["a"]),
        ("name", ["a", 1, 2]),
    ],
)
def test_a_cursor_whose_values_no_row_could_have_is_refused(
    session: Session, sort: str, values: list[object]
) -> None:
    keyset = Keyset(sort, unique=Item.id, allowed=COLUMNS)
    cursor = encode(values, keyset.stamp, None)
    with pytest.raises(InvalidCursor):
        paginate_query_by_cursor_sync(session, select(Item), CursorQuery(cursor=cursor), keyset)


@pytest.mark.parametrize("sort", ["name", "-name", "name,-price"])
def test_rows_are_paged_by_texts_that_no_cursor_holds(session: Session, file: Path, sort: str) -> None:
    keyset = Keyset(sort, unique=Item.id, allowed=COLUMNS)
    last = CursorQuery(size=7)

    def lengthen(of: Session) -> None:
        for item in of.scalars(select(Item)):
            item.name = item.name * 5000 + ("\0" if item.id % 2 else "")
        of.flush()

    lengthen(session)
    whole = ids(list(session.scalars(sort_query(select(Item), sort, allowed=COLUMNS).order_by(Item.id))))
    assert [one for part in parts(session, sort, 7) for one in part] == whole
    page = paginate_query_by_cursor_sync(session, select(Item), last, keyset)
    last = CursorQuery(cursor=page.next_cursor)
    without = select(Item).where(Item.id != page.items[-1].id)
    with pytest.raises(InvalidCursor):
        paginate_query_by_cursor_sync(session, without, last, keyset)
    session.rollback()

    async def work(other: AsyncSession) -> None:
        await other.run_sync(lengthen)
        first = await paginate_query_by_cursor(other, select(Item), CursorQuery(size=7), keyset)
        params = CursorQuery(size=100, cursor=first.next_cursor)
        rest = await paginate_query_by_cursor(other, select(Item), params, keyset)
        assert [*ids(first.items), *ids(rest.items)] == whole

    in_async_session(file, work)


def test_what_a_cursor_says_is_a_value_and_never_sql(session: Session) -> None:
    keyset = Keyset("name", unique=Item.id, allowed=COLUMNS)
    cursor = encode(["' OR 1=1; DROP TABLE items; --", 1], keyset.stamp, None)
    found = paginate_query_by_cursor_sync(session, select(Item), CursorQuery(cursor=cursor, size=100), keyset)
    assert len(found.items) == 30


# --- on the wire


def test_a_list_over_a_database_on_the_wire(file: Path) -> None:
    api = API()

    async def open_session() -> AsyncIterator[AsyncSession]:
        engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
        async with AsyncSession(engine) as session:
            yield session
        await engine.dispose()

    @api.get("/items")
    async def items(
        req: Request,
        resp: Response,
        *,
        params: PageParams,
        sort: str = Query("name"),
        name: str | None = Query(None),
        session: AsyncSession = Depends(open_session),
    ) -> Page[Out]:
        query = filter_query(select(Item), {"name": name}, allowed=COLUMNS)
        query = sort_query(query, sort, allowed=COLUMNS)
        page = await paginate_query(session, query, params)
        set_pagination_headers(req, resp, page)
        return page.map(Out.model_validate)

    @api.get("/parts")
    async def several(
        *, params: CursorParams, sort: str = Query(""), session: AsyncSession = Depends(open_session)
    ) -> CursorPage[Out]:
        keyset = Keyset(sort, unique=Item.id, allowed=COLUMNS)
        page = await paginate_query_by_cursor(session, select(Item), params, keyset)
        return page.map(Out.model_validate)

    answer = call(api, "GET", "/items", query=b"size=2&page=2&sort=-price&name=a")
    assert answer.json() == {
        "items": [{"id": 6, "name": "a"}, {"id": 18, "name": "a"}],
        "total": 10,
        "page": 2,
        "size": 2,
        "pages": 5,
    }
    assert answer.headers["x-total-count"] == "10"
    assert call(api, "GET", "/items", query=b"sort=secret").status == 400
    first: Any = call(api, "GET", "/parts", query=b"size=2&sort=-created").json()
    assert [item["id"] for item in first["items"]] == [6, 13]
    query = f"size=2&sort=-created&cursor={first['next_cursor']}"
    second: Any = call(api, "GET", "/parts", query=query.encode()).json()
    assert [item["id"] for item in second["items"]] == [20, 27]
    assert call(api, "GET", "/parts", query=b"cursor=x").status == 400
    assert call(api, "GET", "/parts", query=b"sort=x").status == 400
