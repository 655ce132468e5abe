"""What a look-up may cost: the same for 10 routes and 5,000, and bounded whatever table and path meet.

Nothing here is timed; `tests/counting.py` counts.
"""

from __future__ import annotations

import itertools
from functools import partial

import pytest

from responder._routing.table import Table
from responder._routing.tree import Tree
from tests.counting import cost
from tests.routing.tables import KNOWN, row, rows

FAMILIES: dict[str, tuple[str, str]] = {
    "static": ("/resource{n}/items", "/resource{n}/items"),
    "a field in the middle": ("/resource{n}/{{id:int}}/items", "/resource{n}/42/items"),
    "a field first": ("/{{tenant}}/resource{n}", "/acme/resource{n}"),
    "a literal before a field": ("/resource{n:05}-{{id}}", "/resource{n:05}-x"),
    "a literal after a field": ("/{{name}}.kind{n:05}", "/readme.kind{n:05}"),
    "the rest of the path": ("/resource{n}/{{rest:path}}", "/resource{n}/a/b/c"),
    "a rest with an end": ("/{{rest:path}}/resource{n:05}", "/a/b/c/resource{n:05}"),
    "two fields in one segment": ("/resource{n:05}-{{a}}-{{b:int}}", "/resource{n:05}-x-7"),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_look_up_costs_the_same_with_10_and_5000_routes(family: str) -> None:
    template, path = FAMILIES[family]
    few, many = (
        Table([row(template.format(n=n), "GET", n) for n in range(count)], KNOWN) for count in (10, 5_000)
    )
    for number, table in ((0, few), (9, few), (0, many), (2_500, many), (4_999, many)):
        assert (table.match("GET", path.format(n=number)) or (None,))[0] == number
    first = cost(partial(few.match, "GET", path.format(n=0)))
    for number in (0, 2_500, 4_999):
        assert cost(partial(many.match, "GET", path.format(n=number))) == first
    missing, wrong = path.format(n=99_999), path.format(n=0)
    assert cost(lambda: many.match("GET", missing)) == cost(lambda: few.match("GET", missing))
    assert cost(lambda: many.match("PUT", wrong)) == cost(lambda: few.match("PUT", wrong))
    assert cost(lambda: many.allowed(wrong)) == cost(lambda: few.allowed(wrong))


def test_a_static_path_is_one_look_up_in_a_dictionary() -> None:
    table = Table(rows(*((f"/r{n}", "GET") for n in range(100)), ("/{x}", None)), KNOWN)
    calls, _ = cost(partial(table.match, "GET", "/r99"))
    reference, _ = cost(partial({"/r99": 99}.get, "/r99"))
    assert calls <= reference + 3  # `match` itself, and the look-up of the method
    assert table.statics["/r99"]["GET"] == (99, ())


def test_branches_that_fit_on_every_level_are_looked_at_once_each() -> None:
    # Every mix of a literal and a field on twelve levels; the path fits all of them but for its last segment.
    depth = 12
    ways = ["/".join(way) for way in itertools.product(("a", "{x}"), repeat=depth)]
    written = [("/" + way.replace("{x}", "{{x{}}}").format(*range(depth)) + "/end", "GET") for way in ways]
    table = Table(rows(*written), KNOWN)
    assert table.match("GET", "/a" * depth + "/end") == (0, ())
    _, lines = cost(lambda: table.match("GET", "/a" * depth + "/no"))
    nodes = 2 ** (depth + 1)
    assert lines < 30 * nodes


def test_a_way_that_leads_to_later_rows_only_is_not_followed() -> None:
    early = rows(("/{rest:path}", "GET"), *((f"/a/{{x{n}}}/b{n}/{{y}}", "GET") for n in range(50)))
    late = [*early[1:], early[0]]
    path = "/a/x/b7/y"
    first, last = Table(early, KNOWN), Table(late, KNOWN)
    assert first.match("GET", path) == (0, ("a/x/b7/y",))
    assert last.match("GET", path) == (8, ("x", "y"))


TRICKY = (
    "/{a}-{b}",
    "/{a}-{b}-{c}-{d}-{e}-{f}.json",
    "/{a:int}{b:int}{c:int}{d:int}x",
    "/{a:path}/{b:path}/{c:path}/{d:path}/end",
    "/{a:path}-{b}-{c:path}-{d}/end",
    "/{a:float}{b:float}{c:float}{d:float}x",
    "/{a:word}{b:word}{c:word}{d:word}-",
    "/{a:slug}-{b:slug}-{c:slug}-{d:date}",
    "/{a:repo}/{b:path}/{c:repo}/{d:uuid}",
    "/{a:uuid}{b}{c:uuid}",
)
NASTY = ("-", "1", "/", "a", "a-", "a/", "1-", "1.", "-/", "a.a/-", "12345678-")


@pytest.mark.parametrize("template", TRICKY)
@pytest.mark.parametrize("nasty", NASTY)
def test_no_path_makes_fields_that_share_a_text_expensive(template: str, nasty: str) -> None:
    table = Table(rows((template, "GET")), KNOWN)
    path = "/" + nasty * (20_000 // len(nasty))
    calls, lines = cost(lambda: table.match("GET", path))
    # A few lines for each character, and as many attempts as the effort allows.
    assert lines < 20 * len(path) + 700_000
    assert calls < 20 * len(path) + 700_000


def test_a_long_path_without_fields_to_share_it_is_cheap() -> None:
    table = Table(rows(("/a/{x}/c", "GET"), ("/f/{p:path}", "GET")), KNOWN)
    for path in ("/" * 60_000, "/a" * 30_000, "/a/" + "x" * 60_000, "/a/x/c" + "/" * 60_000):
        calls, lines = cost(partial(table.match, "GET", path))
        assert calls < 20
        assert lines < 100


def test_building_visits_each_row_a_bounded_number_of_times() -> None:
    def build(count: int) -> int:
        written = [row(f"/resource{n}/{{id:int}}/items/{{x}}", "GET", n) for n in range(count)]
        return cost(lambda: Table(written, KNOWN))[0]

    few, many = build(100), build(1_000)
    assert many < 11 * few


def test_a_template_of_great_depth_is_built_and_matched() -> None:
    deep = "/a" * 3_000 + "/{x}"
    tree: Tree[int] = Table(rows((deep, "GET")), KNOWN)._tree
    assert tree.match("GET", "/a" * 3_000 + "/z") == (0, ("z",))
