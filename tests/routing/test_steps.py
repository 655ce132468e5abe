"""Hooks: whom they concern, what they are called with, and how they end a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import responder
from responder import Request, Response
from responder.convertors import Convertor
from tests.routing.asking import ask

Seen = list[str]


def hook(seen: Seen, name: str) -> Callable[[Request, Response], None]:
    def note(req: Request, resp: Response) -> None:
        seen.append(name)

    return note


def catching(prefix: str) -> tuple[responder.API, Seen]:
    """A hook under a prefix, and a route beside it whose path decides."""
    api, seen = responder.API(), Seen()
    group = api.group(prefix)
    group.before_request(hook(seen, "before"))
    group.after_request(hook(seen, "after"))

    @api.get("/{rest:path}")
    def anything(*, rest: str) -> str:
        return rest

    return api, seen


@pytest.mark.parametrize(
    ("prefix", "path", "concerned"),
    [
        ("/a", "/a", True),
        ("/a", "/a/", True),
        ("/a", "/a/b/c", True),
        ("/a", "/a/line\nbreak", True),
        ("/a", "/ab", False),
        ("/a", "/b/a", False),
        ("/a/", "/a/b", True),
        ("/a/b", "/a/b/c", True),
        ("/a/b", "/a/c", False),
        ("/a.c", "/abc", False),
        ("/{tenant}/api", "/x/api/y", True),
        ("/{tenant}/api", "/x/y/api", False),
        ("/{year:int}", "/2026/x", True),
        ("/{year:int}", "/today/x", False),
        ("/v{version:int}", "/v2/x", True),
        ("/v{version:int}", "/w2/x", False),
        ("", "/b", True),
    ],
)
def test_a_hook_of_a_prefix_runs_below_it_and_nowhere_else(prefix: str, path: str, concerned: bool) -> None:
    api, seen = catching(prefix)
    assert ask(api, "GET", path).status == 200
    assert seen == (["before", "after"] if concerned else [])


@pytest.mark.parametrize(
    ("path", "concerned"),
    [("/outer/a/b", True), ("/outer/a", True), ("/outer/b", False), ("/outer/ab", False)],
)
def test_a_hook_of_a_prefix_sees_the_path_below_a_mount(path: str, concerned: bool) -> None:
    child, seen = catching("/a")
    api = responder.API()
    api.mount("/outer", child)
    assert ask(api, "GET", path).status == 200
    assert seen == (["before", "after"] if concerned else [])


def test_a_prefix_with_a_convertor_of_ones_own_concerns_its_own_routes() -> None:
    class Tenant(Convertor[str], name="tenant"):
        pattern = "[a-z]{3}"

        def convert(self, text: str) -> str:  # type: ignore[explicit-override]  # as users write it
            return text

    class Deps(responder.Registry):
        tenant = Tenant()

    api, seen = responder.API(registry=Deps), Seen()
    group = api.group("/{tenant:tenant}")
    group.before_request(hook(seen, "before"))

    @group.get("/items")
    def items(*, tenant: str) -> str:
        return tenant

    @api.get("/{name}/other")
    def other(*, name: str) -> str:
        return name

    assert ask(api, "GET", "/abc/items").body == b"abc"
    assert seen == ["before"]
    assert ask(api, "GET", "/abcd/other").status == 200
    assert seen == ["before"]
    assert ask(api, "GET", "/abc/other").status == 200
    assert seen == ["before", "before"]


def test_a_default_route_is_below_whatever_prefix_its_path_says() -> None:
    api, seen = responder.API(), Seen()
    api.group("/a").before_request(hook(seen, "a"))
    api.before_request(hook(seen, "all"))

    @api.route("/fallback", default=True)
    def fallback() -> str:
        return "default"

    assert ask(api, "GET", "/a/nothing").body == b"default"
    assert seen == ["a", "all"]
    assert ask(api, "GET", "/b").body == b"default"
    assert seen == ["a", "all", "all"]


def test_hooks_run_in_order_the_routes_own_last_before_and_first_after() -> None:
    api, seen = responder.API(), Seen()
    for name in ("one", "two"):
        api.before_request(hook(seen, name))
        api.after_request(hook(seen, f"after {name}"))

    @api.get("/", before=[hook(seen, "own"), hook(seen, "own too")], after=hook(seen, "after own"))
    def view() -> str:
        seen.append("view")
        return ""

    ask(api, "GET", "/")
    assert seen == ["one", "two", "own", "own too", "view", "after own", "after one", "after two"]


def test_a_status_set_by_a_hook_is_the_answer() -> None:
    api, seen = responder.API(), Seen()

    @api.before_request
    def stop(req: Request, resp: Response) -> None:
        if req.params.get("stop"):
            resp.status_code = 403
            resp.media = {"stopped": True}

    api.before_request(hook(seen, "later"))
    api.after_request(hook(seen, "after"))

    @api.get("/", params_model=None)
    def view(resp: Response) -> dict[str, bool]:
        seen.append("view")
        return {"stopped": False}

    answer = ask(api, "GET", "/", b"stop=1")
    assert (answer.status, answer.json(), seen) == (403, {"stopped": True}, [])
    assert ask(api, "GET", "/").json() == {"stopped": False}
    assert seen == ["later", "view", "after"]


def test_what_a_hook_answers_need_not_keep_the_routes_contract() -> None:
    api = responder.API()

    @api.before_request
    def stop(req: Request, resp: Response) -> None:
        resp.status_code = 200
        resp.text = "stopped"

    @api.get("/")
    def view() -> dict[str, int]:
        return {"a": 1}

    answer = ask(api, "GET", "/")
    assert (answer.status, answer.body) == (200, b"stopped")


def test_an_after_hook_sees_the_status_and_has_the_last_word() -> None:
    api = responder.API()

    @api.after_request
    async def shout(req: Request, resp: Response) -> None:
        assert resp.status_code == 200
        resp.text = "SHOUTED"

    @api.get("/")
    def view() -> str:
        return "said"

    assert ask(api, "GET", "/").body == b"SHOUTED"


def test_a_hook_may_take_the_request_alone_and_whatever_else_has_a_default() -> None:
    api, seen = responder.API(), Seen()

    class Callable_:
        async def __call__(self, *everything: object) -> None:
            seen.append(f"all {len(everything)}")

    @api.before_request
    async def one(req: Request) -> None:
        seen.append("one")

    @api.before_request
    def three(req: Request, resp: Response, /, more: int = 3, *, some: int = 4) -> None:
        seen.append(f"{more} {some}")

    api.before_request(Callable_())

    @api.before_request
    def handing(req: Request) -> object:
        return handed_back()

    async def handed_back() -> None:
        seen.append("handed back")

    @api.get("/")
    def view() -> str:
        return ""

    ask(api, "GET", "/")
    assert seen == ["one", "3 4", "all 2", "handed back"]


def no_arguments() -> None: ...


def three_arguments(req: Request, resp: Response, more: object) -> None: ...


def by_name(req: Request, *, name: str) -> None: ...


def yielding(req: Request) -> Iterator[None]:
    yield


@pytest.mark.parametrize("wrong", [no_arguments, three_arguments, by_name, yielding])
def test_a_hook_that_cannot_be_called_is_refused(wrong: Callable[..., None]) -> None:
    api = responder.API()
    with pytest.raises(responder.RouteError, match=r"must accept|is a generator"):
        api.before_request(wrong)
    api.get("/")(no_arguments)
    assert ask(api, "GET", "/").status == 200


@pytest.mark.parametrize("wrong", [no_arguments, three_arguments, by_name, yielding])
def test_a_routes_own_hook_that_cannot_be_called_is_told(wrong: Callable[..., object]) -> None:
    api = responder.API()
    api.get("/", before=wrong)(no_arguments)
    rule = "hook-generator" if wrong is yielding else "hook-signature"
    assert [located.finding.rule.name for located in api.check()] == [rule]
