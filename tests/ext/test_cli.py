"""The command line in process: targets and what is said of wrong ones, help, statuses, routes, documents."""

from __future__ import annotations

import http.server
import importlib
import json
import re
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

import responder
from responder.ext.cli import cli
from responder.ext.cli.arguments import COMMANDS
from responder.ext.cli.load import load, load_target
from responder.ext.cli.targets import InvalidTarget, configured_target, read_target
from responder.util.python import load_target as public_load_target
from tests.cli.imports import forgotten
from tests.house.source import ROOT

APP = """\
import responder

api = responder.API(title="Shop")
other = responder.API()
number = 5


def make():
    return other


def fail():
    return {}["no"]


@api.get("/items/{id:int}", tags=["items"])
def item(id: int, limit: int = responder.Query(10)) -> str:
    return str(id)


@api.websocket_route("/ws")
async def talk(ws: responder.WebSocket) -> None:
    await ws.accept()


@api.route("/any", include_in_schema=False)
def anything() -> str:
    return ""
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with an application, which is the current one; what is imported from it is forgotten."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "app.py").write_text(APP)
    (tmp_path / "single.py").write_text("from responder import API\n\nservice = API()\n")
    monkeypatch.chdir(tmp_path)
    with forgotten(tmp_path):
        yield tmp_path


def status(*arguments: str) -> int:
    try:
        return cli(arguments)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else -1


# -- targets


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("shop.app", "api"),
        ("shop.app:api", "api"),
        ("shop.app:other", "other"),
        ("shop.app:make()", "other"),
        ("shop/app.py", "api"),
        ("shop/app.py:other", "other"),
        ("./shop/app.py:make()", "other"),
    ],
)
def test_a_target_leads_to_its_application(target: str, name: str) -> None:
    loaded = load(read_target(target))
    assert loaded.module.__name__ == "shop.app"
    assert loaded.application is getattr(loaded.module, name)


def test_the_only_application_of_a_module_needs_no_name() -> None:
    assert load(read_target("single")).name == "service"
    assert public_load_target("single.py").settings is load_target("single").settings
    assert load_target("shop.app", default="other").settings.title is None


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (
            "shpo.app",
            'There is no module "shpo" in {here}, nor among what is installed; did you mean "shop"?',
        ),
        ("shop.ap", 'There is no module "shop.ap" in package "shop"; did you mean "shop.app"?'),
        ("single.app", '"single" is a module, not a package: there is no "single.app" in it.'),
        ("shop.app:apy", '"shop.app" has no "apy"; did you mean "shop.app:api"?'),
        ("shop.app:zzz", '"shop.app" has no "zzz"; it has "shop.app:api", "shop.app:other".'),
        ("shop.app:number", '"shop.app:number" is of type int, not an application.'),
        (
            "shop.app:make",
            '"shop.app:make" is of type function, not an application; if it makes one, write',
        ),
        ("shop.app:api()", '"api" is an application already; leave out the "()".'),
        ("shop.app:number()", '"number()" can not be called: it is of type int.'),
        ("shop", '"shop" has no "api", and no application.'),
        ("sinlge.py", 'There is no file "sinlge.py"; did you mean "single.py"?'),
        ("shop/", '"shop/" is a folder: name a file in it, such as shop/app.py.'),
        ("shop.app:a b", '"a b" in the target "shop.app:a b" is not a name of Python.'),
        ("a-b", '"a-b" is neither a module nor a file: write package.module:name or file.py:name.'),
        (":api", 'The target ":api" names no module: write package.module:name or file.py:name.'),
        ("ftp://host/a.py", '"ftp://host/a.py" is not an address of a file on the web'),
    ],
)
def test_a_wrong_target_is_told_plainly(target: str, told: str, project: Path) -> None:
    with pytest.raises(InvalidTarget) as error:
        load(read_target(target))
    assert str(error.value).startswith(told.format(here=project))


def test_an_import_error_of_the_applications_own_is_not_a_missing_target(project: Path) -> None:
    (project / "broken.py").write_text("import shop.app\nimport not_there\n")
    for target in ("broken", "broken.py"):
        with pytest.raises(InvalidTarget) as error:
            load(read_target(target))
        lines = str(error.value).splitlines()
        assert lines[0] == f'"{target}" fails while it is imported:'
        assert lines[2:4] == [
            "Traceback (most recent call last):",
            f'  File "{project / "broken.py"}", line 2, in <module>',
        ]
        assert lines[-1] == "ModuleNotFoundError: No module named 'not_there'"


def test_an_application_that_exits_while_it_is_imported_is_told(project: Path) -> None:
    (project / "leaving.py").write_text("import sys\nsys.exit(3)\n")
    (project / "7leaving.py").write_text("import sys\nsys.exit(3)\n")
    for target in ("leaving", "leaving.py", "7leaving.py"):
        with pytest.raises(InvalidTarget, match="exited with 3 while it was imported"):
            load(read_target(target))


def test_an_application_that_serves_itself_when_it_is_imported_is_only_imported(project: Path) -> None:
    (project / "eager.py").write_text(
        "import responder\napi = responder.API()\napi.run(port=1)\napi.serve()\n"
    )
    assert load(read_target("eager")).name == "api"


def test_what_makes_the_application_may_fail() -> None:
    with pytest.raises(InvalidTarget, match=r'(?s)"fail\(\)" of "shop.app" fails:.*KeyError'):
        load(read_target("shop.app:fail()"))


def test_a_file_never_takes_the_place_of_another_module(project: Path) -> None:
    (project / "elsewhere").mkdir()
    (project / "elsewhere" / "json.py").write_text("import responder\napi = responder.API()\n")
    loaded = load(read_target("elsewhere/json.py"))
    assert loaded.module.__name__ == "responder_target_json"
    assert sys.modules["json"] is json
    assert sys.modules["responder_target_json"] is loaded.module


def test_a_file_that_fails_leaves_nothing_behind(project: Path) -> None:
    (project / "7.py").write_text("1 / 0\n")
    with pytest.raises(InvalidTarget, match="ZeroDivisionError"):
        load(read_target("7.py"))
    assert not [name for name in sys.modules if name.startswith("responder_target_")]


# -- pyproject.toml


def test_without_a_target_pyproject_names_it_seen_from_its_own_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text('[tool.responder]\napp = "shop.app:other"\n')
    (project / "docs").mkdir()
    monkeypatch.chdir(project / "docs")
    assert status("routes") == 0
    assert capsys.readouterr().out == "No routes.\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[tool.responder]\napp = 5\n", "must be a text such as"),
        ("[tool.responder\n", "can not be read"),
        ('[tool.responder]\napp = "a b"\n', "neither a module nor a file"),
    ],
)
def test_a_wrong_setting_is_told(content: str, told: str, project: Path) -> None:
    (project / "pyproject.toml").write_text(content)
    with pytest.raises(InvalidTarget, match=told):
        configured_target(project)


def test_no_target_at_all_is_told_with_a_hint(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (project / "main.py").write_text("")
    assert status("check") == 2
    assert capsys.readouterr().err.endswith("did you mean main.py?\n")


# -- addresses


@pytest.fixture
def web(project: Path) -> Iterator[str]:
    """A server of the project's files."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, directory=str(project), **options)  # type: ignore[arg-type]

        @override
        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_address_serves_an_application_too(web: str, project: Path) -> None:
    assert load(read_target(f"{web}/shop/app.py#other")).name == "other"
    (project / "bytes.py").write_bytes(b"\xff\xfe")
    for path, told in (
        ("nothing.py", "answers 404, not a Python file"),
        ("bytes.py", "is not a Python file"),
        ("shop/app.py#nope", 'has no "nope"'),
    ):
        with pytest.raises(InvalidTarget, match=told):
            load(read_target(f"{web}/{path}"))
    with pytest.raises(InvalidTarget, match="can not be fetched"):
        load(read_target("http://127.0.0.1:1/app.py"))


# -- help, versions, statuses


def test_a_bare_call_prints_how_it_is_used_and_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert status() == 1
    assert capsys.readouterr().err.startswith("usage: responder [-h] [-v] COMMAND ...\n")


@pytest.mark.parametrize("option", ["--version", "-v"])
def test_the_version_is_told(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(option) == 0
    assert capsys.readouterr().out == f"responder {responder.__version__}\n"


def test_the_help_names_every_command_and_every_command_shows_examples_that_are_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert status("--help") == 0
    shown = capsys.readouterr().out
    for command in COMMANDS:
        assert re.search(rf"^    {command.name} +\w", shown, re.MULTILINE)
        assert status(command.name, "--help") == 0
        told = capsys.readouterr().out
        assert f"usage: responder {command.name}" in told
        assert re.search(rf"^  (PORT=\d+ )?responder {command.name}", told, re.MULTILINE), told
    assert "RESPONDER_SECRET_KEY" in shown
    assert "[tool.responder]" in shown


@pytest.mark.parametrize(
    "line",
    [
        "run shop.app --port x",
        "run shop.app --port 70000",
        "run shop.app --limit-max-requests 0",
        "run shop.app --limit-max-requests many",
        "run shop.app --workers 0",
        "run shop.app --grace-period nan",
        "run shop.app --server apache",
        "run shop.app --server granian --limit-max-requests 5",
        "run shop.app --server granian --reload",
        "run shop.app --server granian --workers 2",
        "run shop.app --reload --workers 2",
        "run shop.app more",
        "run shop.app --relaod",
        "run no.such.module",
        "run http://127.0.0.1:1/app.py --workers 2",
        "dev no_such_file.py --no-reload",
        "routes no.such.module",
        "routes shop.app --json --source",
        "build no/such/folder",
        "build shop",
        "fly",
    ],
)
def test_a_wrong_call_is_1_and_says_why(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(*line.split()) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "responder" in told.err.splitlines()[-1]
    assert "Traceback" not in told.err


def test_a_wrong_application_is_told_before_anything_listens(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "late.py").write_text(
        "import responder\napi = responder.API()\n\n"
        "@api.get('/')\ndef f(databse: int) -> str:\n    return ''\n"
    )
    assert status("run", "late") == 1
    assert "[responder-dependency]" in capsys.readouterr().err


def test_the_console_script_and_the_module_are_this_function() -> None:
    written = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, name = written["project"]["scripts"]["responder"].partition(":")
    assert getattr(importlib.import_module(module), name) is cli


# -- routes


def test_routes_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("routes", "shop.app") == 0
    place = Path("shop") / "app.py"
    assert capsys.readouterr().out.splitlines() == [
        "METHOD     PATH             HANDLER   DECLARED",
        f"GET        /items/{{id:int}}  item      {place}:16",
        f"WEBSOCKET  /ws              talk      {place}:21",
        f"ANY        /any             anything  {place}:26",
    ]


def test_our_own_pages_are_listed_only_when_asked_for(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "documented.py").write_text("import responder\napi = responder.API(openapi='3.1.1')\n")
    assert status("routes", "documented") == 0
    assert capsys.readouterr().out == "No routes.\n"
    assert status("routes", "documented", "--all") == 0
    assert "/schema.yml" in capsys.readouterr().out


def test_routes_can_be_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("routes", "shop.app", "--match", "get /items") == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert status("routes", "shop.app", "--match", "nothing") == 0
    assert capsys.readouterr().out == "No routes.\n"


def test_routes_are_data(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    assert status("routes", "shop.app", "--json", "--match", "/items") == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "kind": "http",
            "methods": ["GET"],
            "path": "/items/{id:int}",
            "mount": None,
            "name": None,
            "handler": "item",
            "file": str(project / "shop" / "app.py"),
            "line": 16,
            "inputs": [
                {"name": "id", "in": "path", "key": "id", "required": True},
                {"name": "limit", "in": "query", "key": "limit", "required": False},
            ],
            "dependencies": [],
            "tags": ["items"],
            "documented": True,
        }
    ]


def test_routes_of_mounted_applications_are_listed_by_their_whole_paths(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "nested.py").write_text(
        "import responder\n"
        "inner, tenant, api = responder.API(), responder.API(), responder.API()\n"
        "for app in (inner, tenant, api):\n"
        "    app.add_route('/own', lambda: '')\n"
        "tenant.mount('', inner)\n"
        "api.mount('/inner', inner)\n"
        "api.host('{name}.example.com', tenant)\n"
    )
    assert status("routes", "nested:api") == 0
    paths = [line.split()[1] for line in capsys.readouterr().out.splitlines()[1:]]
    assert paths == ["/own", "/inner/own", "{name}.example.com/own"]
    assert status("routes", "nested:tenant", "--json") == 0
    assert [(row["path"], row["mount"]) for row in json.loads(capsys.readouterr().out)] == [
        ("/own", None),
        ("/own", "/"),
    ]
    assert status("routes", "nested:api", "--source") == 0
    assert capsys.readouterr().out.count("async def endpoint(") == 3


def test_routes_show_the_function_that_serves_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("routes", "shop.app", "--source") == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"# GET /items/{{id:int}}  item  {Path('shop') / 'app.py'}:16\n")
    assert shown.count("async def endpoint(scope, receive, send, values):") == 3
    assert shown.count("# ") >= 3
    for piece in re.split(r"^# .*\n", shown, flags=re.MULTILINE)[1:]:
        compile(piece, "<shown>", "exec")


# -- the document


def test_the_document_is_written_and_compared(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status("openapi", "shop.app") == 0
    assert capsys.readouterr().out.startswith('openapi: "3.1.1"\n')
    assert status("openapi", "shop.app", "-o", "out/api.json", "--version", "3.0.3") == 0
    made = json.loads((project / "out" / "api.json").read_text(encoding="utf-8"))
    assert (made["openapi"], made["info"]["title"], list(made["paths"])) == ("3.0.3", "Shop", ["/items/{id}"])
    assert status("openapi", "shop.app", "-o", "out/api.json", "--version", "3.0.3", "--check") == 0
    assert status("openapi", "shop.app", "-o", "out/api.json", "--check") == 1
    assert capsys.readouterr().out == f"{Path('out') / 'api.json'} is not up to date.\n"


@pytest.mark.parametrize(
    "line", ["openapi shop.app --version 2.0", "openapi shop.app --check", "openapi shop.app -o shop/"]
)
def test_a_wrong_wish_for_a_document_is_2(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(*line.split()) == 2
    assert capsys.readouterr().out == ""


# -- build


def npm(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bin").mkdir()
    program = folder / "bin" / "npm"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder / "bin"), prepend=":")
    (folder / "package.json").write_text("{}")


def test_build_runs_npm_in_the_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    npm(project, 'echo "$PWD $*"', monkeypatch)
    assert status("build") == 0
    assert capfd.readouterr().out == f"{project} run build\n"
    assert status("build", str(project)) == 0


def test_build_is_1_when_npm_fails_or_is_not_there(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    npm(project, "exit 7", monkeypatch)
    assert status("build") == 1
    assert "fails with status 7" in capfd.readouterr().err
    monkeypatch.setenv("PATH", str(project / "shop"))
    assert status("build") == 1
    assert "npm is not installed" in capfd.readouterr().err


def test_every_command_has_its_row_on_the_page() -> None:
    page = (ROOT / "docs" / "tour" / "cli.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `responder (\w+)` \|", page, re.MULTILINE)
    assert sorted(rows) == sorted(command.name for command in COMMANDS)
