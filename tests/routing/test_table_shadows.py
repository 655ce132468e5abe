"""Rows that can never answer, and pairs that share some paths, as `api.check()` tells them."""

from __future__ import annotations

from random import Random

import pytest

from responder._routing.table import Overlap, Shadow, Table
from tests.routing.linear import Linear
from tests.routing.tables import KNOWN, METHODS, random_path, random_rows, row, rows


def shadowed(*written: tuple[str, str | None]) -> tuple[Shadow, ...]:
    return Table(rows(*written), KNOWN).shadowed()


def pairs(*written: tuple[str, str | None]) -> list[tuple[int, int]]:
    return [(pair.first, pair.second) for pair in Table(rows(*written), KNOWN).overlapping()]


def test_a_static_row_after_a_field_that_takes_its_text_is_shadowed() -> None:
    assert shadowed(("/users/{id}", "GET"), ("/users/me", "GET")) == (Shadow(1, (0,)),)
    assert shadowed(("/users/me", "GET"), ("/users/{id}", "GET")) == ()
    assert shadowed(("/users/{id:int}", "GET"), ("/users/me", "GET")) == ()


def test_a_narrower_field_after_a_wider_one_is_shadowed() -> None:
    assert shadowed(("/{x}", "GET"), ("/{y:int}", "GET")) == (Shadow(1, (0,)),)
    assert shadowed(("/{x:float}", "GET"), ("/{y:int}", "GET")) == (Shadow(1, (0,)),)
    assert shadowed(("/{x:int}", "GET"), ("/{y:float}", "GET")) == ()
    assert shadowed(("/{p:path}", "GET"), ("/a/{b}/c", "GET")) == (Shadow(1, (0,)),)
    assert shadowed(("/{x}", "GET"), ("/{name}.json", "GET")) == (Shadow(1, (0,)),)
    assert shadowed(("/{a}/{b}", "GET"), ("/{c}/x", "GET")) == (Shadow(1, (0,)),)


def test_methods_count_one_by_one() -> None:
    assert shadowed(("/{x}", "GET"), ("/a", "POST")) == ()
    assert shadowed(("/{x}", "GET"), ("/a", "GET POST")) == ()
    assert shadowed(("/{x}", "GET"), ("/{y}", "POST"), ("/a", "GET POST")) == (Shadow(2, (0, 1)),)
    assert shadowed(("/{x}", "GET"), ("/a", "HEAD")) == (Shadow(1, (0,)),)
    assert shadowed(("/{x}", "GET"), ("/{y}", "HEAD")) == ()
    assert shadowed(("/{x}", "GET HEAD"), ("/{y}", "HEAD")) == (Shadow(1, (0,)),)
    assert shadowed(("/{x}", None), ("/a", "PURGE")) == (Shadow(1, (0,)),)
    assert shadowed(("/{x}", "GET POST"), ("/a", None)) == ()
    assert shadowed(("/{x}", None), ("/a", None)) == (Shadow(1, (0,)),)


def test_own_convertors_are_compared_by_name() -> None:
    assert shadowed(("/{x:slug}", "GET"), ("/{y:slug}", "GET")) == (Shadow(1, (0,)),)
    assert shadowed(("/{x:slug}", "GET"), ("/{y:word}", "GET")) == ()


def test_pairs_that_share_some_paths_are_told_with_such_a_path() -> None:
    table = Table(rows(("/{a}/x", "GET"), ("/y/{b}", "GET")), KNOWN)
    assert table.overlapping() == (Overlap(0, 1, "/y/x"),)
    assert pairs(("/{name}.json", "GET"), ("/a{rest}", "GET")) == []  # no example of one is one of the other
    assert pairs(("/{a}-{b}", "GET"), ("/{c}.{d}", "GET"), ("/{x:uuid}", "GET")) == [(0, 1)]


def test_patterns_that_cannot_be_compared_make_no_ambiguity() -> None:
    assert pairs(("/{x:uuid}", "GET"), ("/{y:slug}", "GET"), ("/{z}", "GET")) == []


def test_the_specific_before_the_general_is_no_ambiguity() -> None:
    assert (
        pairs(("/users/me", "GET"), ("/users/{id:int}", "GET"), ("/users/{id}", "GET"), ("/{p:path}", None))
        == []
    )
    assert pairs(("/{a}/x", "GET"), ("/y/{b}", "POST")) == []


@pytest.mark.parametrize("seed", range(30))
def test_a_row_told_as_shadowed_never_answers_and_a_pair_shares_its_path(seed: int) -> None:
    random = Random(seed)
    written = random_rows(random, 40, 1)
    table = Table(written, KNOWN)
    linear = Linear(written, KNOWN)
    never = {shadow.row for shadow in table.shadowed()}
    for _ in range(300):
        found = linear.match(random.choice(METHODS), random_path(random, written))
        assert found is None or found[0] not in never
    for pair in table.overlapping():
        alone = [Linear([written[place]], KNOWN) for place in (pair.first, pair.second)]
        assert all(one.near(pair.path) for one in alone)


def test_thousands_of_rows_are_judged_in_a_bounded_number_of_steps() -> None:
    written = [row(f"/{{a}}/k{number}", "GET", number) for number in range(300)]
    written += [row(f"/l{number}/{{b}}", "GET", number) for number in range(300)]
    assert len(Table(written, KNOWN).overlapping(limit=20)) == 20
    below = [row("/{rest:path}", "GET", 0), *(row(f"/r{n}/{{id:int}}", "GET", n) for n in range(1, 2_000))]
    assert len(Table(below, KNOWN).shadowed()) == 1_999
