"""`responder annotate`: what is written into untyped files, what is left alone; nothing else changes.

`typed/` is what becomes of `untyped/`.  After a wanted change,
`python -m tests.cli.test_annotate` writes it.
"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import cast

import pytest
from mypy import api as mypy

from responder import API
from responder.ext.cli import cli
from responder.ext.cli.annotating import annotate, files_of
from tests.cli.imports import forgotten
from tests.house.source import ROOT

HERE = Path(__file__).parent
UNTYPED = HERE / "untyped"
TYPED = HERE / "typed"
FILES = sorted(UNTYPED.rglob("*.py"))


def new_texts() -> dict[Path, str]:
    """What becomes of every file, by its place."""
    done, unread = annotate(FILES)
    assert unread == []
    return {one.path.relative_to(UNTYPED): one.new for one in done}


def annotated(text: str, folder: Path, name: str = "app.py") -> str:
    """What becomes of one file."""
    (folder / name).write_bytes(text.encode())
    (done,), _ = annotate([folder / name])
    return done.new


def load(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> API:
    """Import an application as if its folder were the project."""
    with forgotten(folder), monkeypatch.context() as patch:
        patch.syspath_prepend(str(folder))  # pyright: ignore[reportUnknownMemberType]  # pytest's
        api: object = importlib.import_module(name).api
    assert isinstance(api, API)
    return cast("API", api)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(UNTYPED)))
def test_an_untyped_file_becomes_the_typed_one(path: Path) -> None:
    place = path.relative_to(UNTYPED)
    assert new_texts()[place] == (TYPED / place).read_text(encoding="utf-8")


def test_what_was_written_is_strictly_typed(tmp_path: Path) -> None:
    config = tmp_path / "mypy.ini"
    config.write_text(
        "[mypy]\nstrict = True\nplugins = responder_mypy\nexplicit_package_bases = True\n"
        f"mypy_path = {TYPED}\n"
    )
    files = map(str, sorted(TYPED.rglob("*.py")))
    output, trouble, _ = mypy.run(
        ["--config-file", str(config), "--cache-dir", str(tmp_path), "--no-error-summary", *files]
    )
    assert not trouble
    assert output == ""


def test_a_second_time_there_is_nothing_to_do(tmp_path: Path) -> None:
    for place, text in new_texts().items():
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(text, encoding="utf-8")
    done, _ = annotate(sorted(tmp_path.rglob("*.py")))
    assert [one.path for one in done if one.changed] == []


@pytest.mark.parametrize("name", ["tour", "shop.app"])
def test_both_answer_alike(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    untyped, typed = load(name, UNTYPED, monkeypatch), load(name, TYPED, monkeypatch)
    assert typed.check() == ()
    for url in (
        "/",
        "/greet/Ada",
        "/add/1/2.5",
        "/add/x/y",
        "/tokens/7b1c5b5e-7c0e-4a7c-8a7e-3f6d0a8f5b7e/a/b",
        "/search?sort=up&limit=3",
        "/search?limit=x",
        "/me",
        "/items/pen",
        "/bye",
        "/nowhere/at/all",
        "/acme/orders/7",
        "/acme/orders/of/2026-02-03",
        "/health",
        "/last",
    ):
        before, after = untyped.requests.get(url), typed.requests.get(url)
        assert (before.status_code, before.headers, before.content) == (
            after.status_code,
            after.headers,
            after.content,
        ), url


def test_comments_spaces_and_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    text = (
        "import responder\r\n\x0c\r\napi=responder.API( )\r\n\r\n"
        '@api.get("/é/{id:int}")  # here\r\n'
        "def f(req,resp,*,id  =3 ,   # there\r\n"
        "  **k ):resp.text=str( id )\r\n"
    )
    assert annotated(text, tmp_path) == (
        "import responder\r\nfrom typing import Any\r\n\x0c\r\napi=responder.API( )\r\n\r\n"
        '@api.get("/é/{id:int}")  # here\r\n'
        "def f(req: responder.Request,resp: responder.Response,*,id: int  =3 ,   # there\r\n"
        "  **k: Any ) -> None:resp.text=str( id )\r\n"
    )


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\n"], ids=["mark", "coding"])
def test_a_file_keeps_its_encoding(tmp_path: Path, start: bytes) -> None:
    encoding = "latin-1" if b"latin" in start else "utf-8"
    text = 'import responder\napi = responder.API()\n\n@api.get("/é")\ndef f(req, resp): ...\n'
    file = tmp_path / "app.py"
    file.write_bytes(start + text.encode(encoding))
    assert cli(["annotate", str(file)]) == 0
    new = text.replace("(req, resp)", "(req: responder.Request, resp: responder.Response) -> None")
    assert file.read_bytes() == start + new.encode(encoding)


def test_names_that_mean_something_else_here_are_not_used(tmp_path: Path) -> None:
    text = (
        "from responder import API\nfrom somewhere import Request\n\napi = API()\n\n"
        '@api.get("/")\ndef f(req, resp):\n    resp.text = "x"\n'
    )
    new = annotated(text, tmp_path)
    assert "def f(req: responder.Request, resp: Response) -> None:" in new
    assert "import responder\n" in new
    assert "from responder import API, Response\n" in new


def test_a_class_that_is_bound_later_is_not_named(tmp_path: Path) -> None:
    text = (
        "import responder\napi = responder.API()\n\n@api.get('/')\ndef f(req, resp, *, db): ...\n\n"
        "class Database: ...\n\n@api.dependency()\ndef db() -> Database:\n    return Database()\n"
    )
    assert "resp: responder.Response, *, db)" in annotated(text, tmp_path)


def test_files_that_would_import_each_other_are_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "deps.py").write_text(
        "from routes import api\n\nclass Database: ...\n\n"
        "@api.dependency()\ndef db() -> Database:\n    return Database()\n"
    )
    (tmp_path / "routes.py").write_text(
        "import responder\napi = responder.API()\n\n@api.get('/')\ndef f(req, resp, *, db): ...\n"
    )
    done, _ = annotate(sorted(tmp_path.glob("*.py")))
    routes = done[1]
    assert "*, db)" in routes.new
    assert "deps" not in routes.new
    assert routes.left[0].endswith("nothing says the type of db (f)")


def test_imports_come_behind_what_prepares_them_and_before_what_needs_them(tmp_path: Path) -> None:
    text = (
        '"""Doc."""\nimport sys\nsys.path.insert(0, "lib")\nfrom responder import (\n    API,\n)\n'
        'api = API()\n@api.get("/{id:uuid}")\ndef f(req, resp, *, id): ...\nimport late\n'
    )
    lines = annotated(text, tmp_path).splitlines()
    assert lines[5:9] == [
        ")",
        "from responder import Request, Response",
        "from uuid import UUID",
        "api = API()",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# nothing\n",
        '"""Doc."""',
        "def f(req, resp): ...\n",
        'import flask\napp = flask.Flask("x")\n\n@app.route("/")\ndef f(req): ...\n',
        "import responder\n",
    ],
)
def test_a_file_without_handlers_of_ours_is_left_alone(text: str, tmp_path: Path) -> None:
    assert annotated(text, tmp_path) == text


def test_what_is_not_python_is_left_alone_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_text("def (:\n")
    (tmp_path / "b.py").write_bytes(b"\xff\xfe\x00")
    assert cli(["annotate", str(tmp_path)]) == 0
    told = capsys.readouterr().err
    assert told.count("is not Python that this version reads; left alone") == 2


@pytest.mark.parametrize(
    "made",
    [
        'api = responder.API()\napi.add_dependency("d" + "b", print)\n',
        "api = responder.Router()\n",
        "from elsewhere import Deps\napi = responder.API(registry=Deps)\n",
        "def routes(api: responder.API) -> None: ...\n",
    ],
)
def test_a_name_that_may_be_injected_is_not_taken_for_a_request(made: str, tmp_path: Path) -> None:
    text = f"import responder\n{made}\n@api.get('/')\ndef f(db, cache): ...\n"
    assert "def f(db, cache) -> None: ..." in annotated(text, tmp_path)


def test_leading_parameters_are_request_and_response_by_their_place(tmp_path: Path) -> None:
    text = "import responder\napi = responder.API()\n\n@api.get('/{x}')\ndef f(r, s, x): ...\n"
    assert "def f(r: responder.Request, s: responder.Response, x: str) -> None: ..." in annotated(
        text, tmp_path
    )
    alone = text.replace("(r, s, x)", "(r, x)")
    assert "def f(r, x: str) -> None: ..." in annotated(alone, tmp_path)


def test_folders_of_other_people_are_passed_by(tmp_path: Path) -> None:
    for name in (".git", "env", "node_modules/x", "own/inner", "lib/site-packages"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "one.py").write_text("")
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    assert files_of([str(tmp_path)]) == [tmp_path / "own" / "inner" / "one.py"]


def test_what_is_nested_beyond_reading_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "deep.py").write_text("x = " + "(" * 5000 + ")" * 5000)
    done, unread = annotate([tmp_path / "deep.py"])
    assert (done, unread) == ([], [tmp_path / "deep.py"])


def test_check_and_diff_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "app.py"
    text = (
        "import responder\n\napi = responder.API()\n\n\n"
        "@api.get('/')\ndef f(req, resp):\n    resp.text = ''\n"
    )
    file.write_text(text)
    assert cli(["annotate", str(file), "--check"]) == 1
    assert cli(["annotate", str(file), "--diff"]) == 0
    shown = capsys.readouterr().out
    assert "-def f(req, resp):\n+def f(req: responder.Request, resp: responder.Response) -> None:\n" in shown
    assert file.read_text() == text
    assert cli(["annotate", str(file)]) == 0
    assert cli(["annotate", str(file), "--check"]) == 0
    assert capsys.readouterr().out.endswith("Nothing to annotate.\n")


def test_a_path_that_is_not_there_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(["annotate", "no/such/place"]) == 2
    assert 'There is no file or folder "no/such/place".' in capsys.readouterr().err


def test_every_file_of_this_repository_keeps_its_meaning_and_is_done_the_first_time(tmp_path: Path) -> None:
    files = files_of([str(ROOT / "tests" / "tour"), str(ROOT / "examples"), str(ROOT / "tests" / "routing")])
    done, unread = annotate(files)
    assert unread == []
    assert sum(one.changed for one in done) >= 20
    assert [text for one in done for text in one.left if "left alone" in text] == []
    for one in done:
        ast.parse(one.new)
        one_again = tmp_path / "again.py"
        one_again.write_text(one.new, encoding="utf-8")
        (again,), _ = annotate([one_again])
        assert not again.changed, one.path


if __name__ == "__main__":
    for written, content in new_texts().items():
        (TYPED / written).parent.mkdir(parents=True, exist_ok=True)
        (TYPED / written).write_text(content, encoding="utf-8")
