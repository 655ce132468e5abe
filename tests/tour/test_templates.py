"""Pages made from templates."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from responder import API
from responder.templates import Templates
from tests.tour.support import call


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "hello.html").write_text("Hello, {{ name }}!")
    (tmp_path / "links.html").write_text("{{ url_for('item', id=3) }} {{ request.method }} {{ extra }}")
    (tmp_path / "base.html").write_text("[{% block body %}{% endblock %}]")
    (tmp_path / "child.html").write_text(
        '{% extends "base.html" %}{% block body %}{{ a }}{{ b }}{% endblock %}'
    )
    (tmp_path / "awaits.html").write_text("{% for x in numbers() %}{{ x }},{% endfor %}{{ late() }}")
    return tmp_path


def test_a_page_from_a_file_and_from_text(pages: Path) -> None:
    api = API(templates_dir=pages)

    @api.route("/{name}/html")
    def hello(req, resp, *, name):
        resp.html = api.template("hello.html", name=name)

    @api.route("/{name}/text")
    def text(req, resp, *, name):
        resp.html = api.template_string("Hi {{ name }} {{ 1 + 1 }}", name=name)

    answer = api.requests.get("/ada/html")
    assert answer.text == "Hello, ada!"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert api.requests.get("/bob/text").text == "Hi bob 2"


def test_values_are_escaped_unless_asked_otherwise(pages: Path) -> None:
    assert API(templates_dir=pages).template("hello.html", name="<b>") == "Hello, &lt;b&gt;!"
    raw = API(templates_dir=pages, auto_escape=False)
    assert raw.template("hello.html", name="<b>") == "Hello, <b>!"
    assert API().template_string("{{ x }}", x="<") == "&lt;"


def test_contexts_and_keywords_are_merged(pages: Path) -> None:
    api = API(templates_dir=pages)
    assert api.template("child.html", {"a": 1, "b": 1}, {"b": 2}) == "[12]"
    assert api.template("child.html", {"a": 1, "b": 2}, b=3) == "[13]"


def test_render_knows_the_request_and_writes_links(pages: Path) -> None:
    api = API(templates_dir=pages)
    api.templates.context_processors.append(lambda req: {"extra": req.params.get("x", "none")})

    @api.get("/items/{id:int}", name="item")
    def item(req, resp, *, id):
        resp.render("links.html")

    assert api.requests.get("/items/1?x=<").text == "/items/3 GET &lt;"
    below = call(api, "GET", "/root/items/1", root_path="/root")
    assert below.body == b"/root/items/3 GET none"
    assert below.headers["content-type"] == "text/html; charset=utf-8"


def test_what_a_handler_says_wins_over_processors(pages: Path) -> None:
    api = API(templates_dir=pages)
    api.templates.context_processors.append(lambda req: {"name": "processor"})

    @api.get("/")
    def page(req, resp):
        resp.render("hello.html", name="handler")

    assert api.requests.get("/").text == "Hello, handler!"


def test_templates_that_await(pages: Path) -> None:
    api = API(templates_dir=pages)

    async def numbers():
        for number in (1, 2):
            yield number

    async def late():
        await asyncio.sleep(0)
        return "late"

    @api.get("/")
    async def page(req, resp):
        await resp.render_async("awaits.html", numbers=numbers, late=late)

    @api.get("/by-hand")
    async def by_hand(req, resp):
        resp.html = await api.templates.render_async("awaits.html", numbers=numbers, late=late)

    assert api.requests.get("/").text == "1,2,late"
    assert api.requests.get("/by-hand").text == "1,2,late"


def test_a_missing_directory_is_no_error_before_a_page_is_asked_for(tmp_path: Path) -> None:
    from jinja2 import TemplateNotFound

    api = API(templates_dir=tmp_path / "none")
    assert api.template_string("{{ 1 }}") == "1"
    with pytest.raises(TemplateNotFound):
        api.template("hello.html")


def test_links_of_the_application_in_its_own_templates() -> None:
    api = API()

    @api.get("/items/{id:int}")
    def item(req, resp, *, id): ...

    assert api.template_string("{{ url_for('item', id=2) }}") == "/items/2"


# --- Templates by itself


def test_a_shared_context_hides_and_gives_back(pages: Path) -> None:
    templates = Templates(pages, context={"name": "base", "site": "S"})
    assert templates.render("hello.html") == "Hello, base!"
    templates.context = {"name": "set", "range": "mine"}
    assert templates.context == {"name": "set", "site": "S", "range": "mine"}
    assert templates.render_string("{{ name }} {{ site }} {{ range }}") == "set S mine"
    templates.context = {}
    assert templates.render_string("{{ name }} {{ range(2) | list }}") == "base [0, 1]"


def test_an_environment_of_your_own() -> None:
    from jinja2 import DictLoader, Environment

    env = Environment(loader=DictLoader({"a": "{{ x | shout }}"}), autoescape=True)
    env.filters["shout"] = str.upper
    templates = Templates(env=env)
    assert templates.render("a", x="hi") == "HI"
    assert templates.env is env
    awaiting = Templates(env=Environment(loader=DictLoader({"a": "{{ x }}"}), enable_async=True))
    assert awaiting.render("a", x=1) == "1"


def test_templates_that_are_async_throughout(pages: Path) -> None:
    templates = Templates(pages, enable_async=True)
    assert templates.env.is_async
    assert asyncio.run(templates.get_template("hello.html").render_async(name="x")) == "Hello, x!"
    assert templates.render("hello.html", name="y") == "Hello, y!"
