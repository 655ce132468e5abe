"""One suite, two implementations: the compiled table and the linear reference answer alike."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responder._routing.table import Row, Table, Values
from tests.routing.linear import Linear
from tests.routing.tables import KNOWN, REQUESTS, random_path, random_rows, rows


class Router(Protocol):
    """What both implementations can be asked."""

    def match(self, method: str, path: str) -> tuple[int, Values] | None: ...
    def allowed(self, path: str) -> frozenset[str] | None: ...
    def matches(self, path: str) -> int | None: ...
    def near(self, path: str) -> bool: ...


Build: TypeAlias = Callable[[Sequence[Row[int]]], Router]


def _table(given_rows: Sequence[Row[int]]) -> Router:
    return Table(given_rows, KNOWN)


def _linear(given_rows: Sequence[Row[int]]) -> Router:
    return Linear(given_rows, KNOWN)


@pytest.fixture(params=[_table, _linear], ids=["table", "linear"])
def build(request: pytest.FixtureRequest) -> Build:
    made: Build = request.param
    return made


ID = "12345678-1234-5678-1234-56781234567A"

#: template, path, the values or None
SINGLE: tuple[tuple[str, str, Values | None], ...] = (
    ("/", "/", ()),
    ("/", "", None),
    ("/", "//", None),
    ("/a", "/a", ()),
    ("/a", "/a/", None),
    ("/a", "a", None),
    ("/a/", "/a/", ()),
    ("/a/", "/a", None),
    ("/a", "/a\n", None),
    ("/a", "/A", None),
    ("/a//b", "/a//b", ()),
    ("/a//b", "/a/b", None),
    ("/a.b", "/a.b", ()),
    ("/a.b", "/axb", None),
    ("/(a|b)+[c]*^$\\d?", "/(a|b)+[c]*^$\\d?", ()),
    ("/(a|b)+[c]*^$\\d?", "/a", None),
    ("/é/ü", "/é/ü", ()),
    ("/users/{id}", "/users/7", ("7",)),
    ("/users/{id}", "/users/", None),
    ("/users/{id}", "/users/a/b", None),
    ("/users/{id}", "/users/a\n", ("a\n",)),
    ("/{a}/{b}", "/x/y", ("x", "y")),
    ("/{a}//{b}", "/x//y", ("x", "y")),
    ("/{id:int}", "/42", (42,)),
    ("/{id:int}", "/007", (7,)),
    ("/{id:int}", "/-1", None),
    ("/{id:int}", "/1_0", None),
    ("/{id:int}", "/ 1", None),
    ("/{id:int}", "/1\n", None),
    ("/{id:int}", "/٣", None),
    ("/{id:int}", "/²", None),
    ("/{id:int}", "/" + "1" * 4300, (int("1" * 4300),)),
    ("/{id:int}", "/" + "1" * 4301, None),
    ("/{x:float}", "/1", (1.0,)),
    ("/{x:float}", "/1.5", (1.5,)),
    ("/{x:float}", "/1.", None),
    ("/{x:float}", "/.5", None),
    ("/{x:float}", "/1e3", None),
    ("/{x:float}", "/nan", None),
    ("/{x:float}", "/inf", None),
    ("/{x:float}", "/1.5\n", None),
    ("/{x:float}", "/" + "9" * 400, None),
    ("/{x:uuid}", f"/{ID}", (uuid.UUID(ID),)),
    ("/{x:uuid}", f"/{ID.lower()}", (uuid.UUID(ID),)),
    ("/{x:uuid}", f"/{ID.replace('-', '')}", None),
    ("/{x:uuid}", f"/{{{ID}}}", None),
    ("/{x:date}", "/2024-02-29", (datetime.date(2024, 2, 29),)),
    ("/{x:date}", "/2023-02-29", None),
    ("/files/{p:path}", "/files/a/b/c", ("a/b/c",)),
    ("/files/{p:path}", "/files/", None),
    ("/files/{p:path}", "/files", None),
    ("/files/{p:path}", "/files//", ("/",)),
    ("/files/{p:path}", "/files/a\nb", ("a\nb",)),
    ("/{p:path}", "//host", ("/host",)),
    ("/{p:path}/edit", "/a/b/edit", ("a/b",)),
    ("/{p:path}/edit", "/edit", None),
    ("/{p:path}/edit", "/edit/edit", ("edit",)),
    ("/{p:path}/edit/{id:int}", "/a/edit/b/edit/7", ("a/edit/b", 7)),
    ("/{p:path}/edit/{id:int}", "/a/edit/b/edit/x", None),
    ("/{a:path}/{b:path}", "/1/2/3", ("1/2", "3")),
    ("/v-{p:path}.txt", "/v-a/b.txt", ("a/b",)),
    ("/v-{p:path}.txt", "/v-.txt", None),
    ("/{name}.json", "/a.json", ("a",)),
    ("/{name}.json", "/a.json.json", ("a.json",)),
    ("/{name}.json", "/.json", None),
    ("/{name}.json", "/axjson", None),
    ("/@{name}", "/@me", ("me",)),
    ("/@{name}", "/@", None),
    ("/{a}-{b}", "/x-y", ("x", "y")),
    ("/{a}-{b}", "/x-y-z", ("x-y", "z")),
    ("/{a}-{b}", "/-x", None),
    ("/{a}-{b}", "/---", ("-", "-")),
    ("/{a}{b}", "/xyz", ("xy", "z")),
    ("/{a}{b}", "/x", None),
    ("/v{major:int}.{minor:int}", "/v1.20", (1, 20)),
    ("/v{major:int}.{minor:int}", "/v1.2.3", None),
    ("/{x:float},{y:float}", "/1.5,2", (1.5, 2.0)),
    ("/{x:float}.{y:int}", "/1.5", (1.0, 5)),
    ("/{x:float}.{y:int}", "/1.5.2", (1.5, 2)),
    ("/{a:slug}-{b:int}", "/a-b-3", ("A-B", 3)),
    ("/{x:date}.{name}", "/2024-01-01.log", (datetime.date(2024, 1, 1), "log")),
    ("/{a:uuid}-{b:uuid}", f"/{ID}-{ID}", (uuid.UUID(ID), uuid.UUID(ID))),
    ("/x/{w:word}", "/x/", ([""],)),
    ("/x/{w:word}", "/x", None),
    ("/{w:word}.{v:word}", "/.", ([""], [""])),
    ("/{r:repo}/tree/{p:path}", "/me/app/tree/src/a", ("me/app", "src/a")),
    ("/{r:repo}/tree/{p:path}", "/me/tree/src/a", None),
)


@pytest.mark.parametrize(("template", "path", "values"), SINGLE)
def test_a_template_matches_the_whole_path_or_nothing(
    build: Build, template: str, path: str, values: Values | None
) -> None:
    assert build(rows((template, "GET"))).match("GET", path) == (None if values is None else (0, values))


#: rows, then: method, path, the row that answers
ORDER: tuple[tuple[tuple[tuple[str, str | None], ...], tuple[tuple[str, str, int | None], ...]], ...] = (
    (
        (("/users/{id}", "GET"), ("/users/me", "GET"), ("/users/me", "PUT")),
        (
            ("GET", "/users/me", 0),
            ("HEAD", "/users/me", 0),
            ("PUT", "/users/me", 2),
            ("POST", "/users/me", None),
        ),
    ),
    (
        (("/users/me", "GET"), ("/users/{id}", None), ("/{p:path}", None)),
        (("GET", "/users/me", 0), ("PURGE", "/users/me", 1), ("GET", "/users/1", 1), ("GET", "/users/1/", 2)),
    ),
    (
        (("/{a}/x", "GET"), ("/y/{b}", "GET"), ("/{a}/{b}", "GET")),
        (("GET", "/y/x", 0), ("GET", "/y/z", 1), ("GET", "/z/x", 0), ("GET", "/z/z", 2)),
    ),
    (
        (("/{a}/{b}/c", "GET"), ("/a/{b}/{c}", "GET"), ("/a/b/{c}", "GET"), ("/a/b/d", "GET")),
        (("GET", "/a/b/c", 0), ("GET", "/a/b/d", 1), ("GET", "/x/b/d", None)),
    ),
    (
        (("/{p:path}/end", "GET"), ("/a/{b}", "GET"), ("/{p:path}", "POST")),
        (("GET", "/a/end", 0), ("GET", "/a/b", 1), ("POST", "/a/end", 2), ("GET", "/a/b/c", None)),
    ),
    (
        (("/{x:int}", "GET"), ("/{x:float}", "GET"), ("/{x:uuid}", "GET"), ("/{x}", "GET")),
        (("GET", "/1", 0), ("GET", "/1.0", 1), ("GET", f"/{ID}", 2), ("GET", "/a", 3), ("GET", "/٣", 3)),
    ),
    (
        (("/{x:int}", "GET"), ("/{x}", "GET")),
        (("GET", "/" + "9" * 5000, 1), ("GET", "/9", 0)),
    ),
    (
        (("/a", "GET"), ("/a", None), ("/a", "POST")),
        (("GET", "/a", 0), ("POST", "/a", 1), ("WEIRD", "/a", 1), ("HEAD", "/a", 0)),
    ),
    (
        (("/a", "HEAD"), ("/a", "GET")),
        (("HEAD", "/a", 0), ("GET", "/a", 1)),
    ),
    (
        (("/a", "GET"), ("/a", "HEAD")),
        (("HEAD", "/a", 1), ("get", "/a", None)),
    ),
    (
        # Among other paths it stands where the GET stood.
        (("/{x}", "GET"), ("/{y:path}", None), ("/{z}", "HEAD"), ("/{w}", "HEAD"), ("/a", "HEAD")),
        (("HEAD", "/b", 2), ("HEAD", "/a", 2), ("GET", "/b", 0), ("HEAD", "/b/c", 1)),
    ),
    (
        (("/{n}.json", "GET"), ("/{n}.{ext}", "GET"), ("/a{n}", "GET"), ("/{n}", "GET")),
        (("GET", "/a.json", 0), ("GET", "/a.xml", 1), ("GET", "/ab", 2), ("GET", "/b", 3), ("GET", "/a", 3)),
    ),
    ((), (("GET", "/", None), ("GET", "", None))),
)


@pytest.mark.parametrize(("written", "asked"), ORDER)
def test_the_row_declared_first_wins_among_those_that_answer_the_method(
    build: Build,
    written: tuple[tuple[str, str | None], ...],
    asked: tuple[tuple[str, str, int | None], ...],
) -> None:
    router = build(rows(*written))
    for method, path, target in asked:
        found = router.match(method, path)
        assert (found and found[0]) == target, (method, path)


def test_allowed_is_the_union_of_the_restricted_rows_that_match(build: Build) -> None:
    router = build(rows(("/a", "GET"), ("/{x}", "PUT"), ("/a", "DELETE"), ("/b", None), ("/c/d", "POST")))
    assert router.allowed("/a") == frozenset({"GET", "PUT", "DELETE"})
    assert router.allowed("/x") == frozenset({"PUT"})
    assert router.allowed("/b") == frozenset({"PUT"})
    assert router.allowed("/c/d") == frozenset({"POST"})
    assert router.allowed("/c/x") is None


def test_a_path_that_only_rows_without_methods_match_has_an_empty_set(build: Build) -> None:
    assert build(rows(("/a", None))).allowed("/a") == frozenset()


def test_matches_and_near_leave_the_method_aside(build: Build) -> None:
    router = build(rows(("/{x:int}", "PUT"), ("/{x}", "GET"), ("/7", "GET")))
    assert [router.matches(path) for path in ("/7", "/a", "/a/")] == [0, 1, None]
    assert [router.near(path) for path in ("/7", "/a", "/a/")] == [True, True, False]


def test_a_static_path_does_not_share_what_an_own_convertor_made() -> None:
    table = Table(rows(("/{w:word}", "GET"), ("/a", "GET")), KNOWN)
    first, second = table.match("GET", "/a"), table.match("GET", "/a")
    assert first is not None
    assert second is not None
    assert first == second == (0, (["a"],))
    assert first[1][0] is not second[1][0]


def assert_like_the_reference(random: Random, count: int, variety: int, paths: int) -> None:
    table_rows = random_rows(random, count, variety)
    table, linear = Table(table_rows, KNOWN), Linear(table_rows, KNOWN)
    for _ in range(paths):
        path = random_path(random, table_rows)
        method = random.choice(REQUESTS)
        assert table.match(method, path) == linear.match(method, path), (method, path)
        assert table.allowed(path) == linear.allowed(path), path
        assert table.matches(path) == linear.matches(path), path
        assert table.near(path) == linear.near(path), path


@given(st.randoms(use_true_random=False), st.integers(1, 30), st.integers(0, 3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_small_random_tables_answer_like_the_reference(random: Random, count: int, variety: int) -> None:
    assert_like_the_reference(random, count, variety, paths=25)


@given(st.integers(0, 2**32), st.integers(1_000, 4_000), st.integers(0, 400))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_large_random_tables_answer_like_the_reference(seed: int, count: int, variety: int) -> None:
    assert_like_the_reference(Random(seed), count, variety, paths=60)
