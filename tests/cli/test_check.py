"""`responder check`: wrong applications and what is told of each, right ones and silence, how it is shown.

In a wrong application, `# E: rule` (or a code, where no rule is cited) is an error told at that statement,
and `# N: rule` a note.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from responder.ext.cli import cli
from responder.ext.cli.checking import Outcome, check
from responder.ext.cli.targets import InvalidTarget, read_target
from tests.cli.imports import forgotten
from tests.house.source import ROOT

HERE = Path(__file__).parent
WRONG = sorted((HERE / "wrong").glob("*.py"))
RIGHT = {
    "factory": f"{HERE / 'right' / 'factory.py'}:make()",
    **{f"right {path.stem}": str(path) for path in (HERE / "right").glob("*.py") if path.stem != "factory"},
    **{
        f"example {path.parent.name}": str(path.relative_to(ROOT))
        for path in sorted((ROOT / "examples").glob("*/app.py"))
    },
}
COMMENT = re.compile(r"# ([EN]): ([a-z, -]+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def imports_are_forgotten(tmp_path: Path) -> Iterator[None]:
    with forgotten(HERE / "wrong", HERE / "right", tmp_path):
        yield


def statements(text: str) -> list[tuple[int, int]]:
    """First and last line of everything that is one place: statements, those in a class by themselves."""
    spans: list[tuple[int, int]] = []
    for node in ast.parse(text).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for one in inner:
            decorators: list[ast.expr] = getattr(one, "decorator_list", [])
            first = min([one.lineno, *(decorator.lineno for decorator in decorators)])
            spans.append((first, one.end_lineno or first))
    return spans


def place(text: str, line: int) -> int:
    return next((first for first, last in statements(text) if first <= line <= last), line)


def expected(text: str) -> set[tuple[int, str, str]]:
    severity = {"E": "error", "N": "note"}
    return {
        (place(text, text.count("\n", 0, match.start()) + 1), severity[match.group(1)], rule.strip())
        for match in COMMENT.finditer(text)
        for rule in match.group(2).split(",")
    }


def told(text: str, outcome: Outcome) -> set[tuple[int, str, str]]:
    return {
        (place(text, fault.line or 0), fault.severity, fault.rule or fault.code) for fault in outcome.faults
    }


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_wrong_application_is_told_everything_where_it_is_written_and_nothing_else(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    outcome = check(read_target(str(path)))
    assert told(text, outcome) == expected(text), "\n".join(map(str, outcome.faults))
    assert expected(text), "what is wrong with it?"
    assert {fault.file for fault in outcome.faults} == {str(path.relative_to(Path.cwd()))}


@pytest.mark.parametrize("target", RIGHT.values(), ids=RIGHT)
def test_a_right_application_is_told_nothing(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome = check(read_target(target))
    assert outcome.faults == ()
    assert outcome.operations > 0


def test_every_example_is_judged() -> None:
    assert "example store" in RIGHT


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(HERE)
    return "wrong/cycles.py"


def test_text_begins_with_the_place_as_editors_read_it(
    wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli(["check", wrong]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith(
        f"{Path(wrong)}:10: error: Dependency cycle: hen -> egg -> hen  [responder-dependency]\n"
    )
    assert shown.endswith("1 error, 0 notes.\n")


def test_json_holds_every_fact(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(["check", wrong, "--format", "json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding == {
        "code": "responder-dependency",
        "rule": "dependency-cycle",
        "severity": "error",
        "message": "Dependency cycle: hen -> egg -> hen",
        "file": str(Path(wrong)),
        "line": 10,
        "route": None,
        "mount": None,
        "parameter": None,
        "hint": None,
        "docs": "docs/rules.md#dependency-cycle",
    }


def test_github_is_given_its_own_commands(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(["check", wrong, "--format", "github"]) == 1
    shown = capsys.readouterr().out
    assert shown == (
        f"::error file={Path(wrong)},line=10,title=responder-dependency::"
        "Dependency cycle: hen -> egg -> hen\n"
    )


def test_what_github_reads_as_its_own_syntax_is_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a,b.py"
    file.write_text('import responder\napi = responder.API()\n@api.get("/%\\n{x:int")\ndef f(): ...\n')
    assert cli(["check", str(file), "--format", "github"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert "a%2Cb.py" in line
    assert "/%25%0A{x:int" in line


def test_clean_is_0_notes_are_0_and_strictly_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(HERE)
    assert cli(["check", "right/factory.py:make()"]) == 0
    assert capsys.readouterr().out == "Nothing found in 4 operations.\n"
    assert cli(["check", "wrong/unused.py:api"]) == 0
    assert capsys.readouterr().out.endswith("0 errors, 1 note.\n")
    assert cli(["check", "wrong/unused.py:api", "--strict"]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "no.such.module"],
        ["check", "right/factory.py"],
        ["check", "a", "b"],
        ["check", "a", "--format", "xml"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_2(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(HERE)
    try:
        status = cli(arguments)
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else -1
    assert status == 2
    assert capsys.readouterr().out == ""


def test_an_application_that_fails_while_it_is_imported_is_shown_from_its_own_first_line(
    tmp_path: Path,
) -> None:
    file = tmp_path / "failing.py"
    file.write_text("def start():\n    return 1 / 0\n\nstart()\n")
    with pytest.raises(InvalidTarget) as told:
        check(read_target(str(file)))
    lines = str(told.value).splitlines()
    assert lines[0] == f'"{file}" fails while it is imported:'
    assert lines[3].endswith("line 4, in <module>")
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_what_was_refused_before_a_failing_import_is_told_with_it(tmp_path: Path) -> None:
    file = tmp_path / "failing.py"
    file.write_text(
        "import responder\n\napi = responder.API()\n\n\n"
        "@api.get('/items/{id:int}')\ndef show(*, di: int) -> str:\n    return ''\n\n\n"
        "api.url_for('show', id=3)\n"
    )
    with pytest.raises(InvalidTarget) as told:
        check(read_target(str(file)))
    traceback, _, before = str(told.value).partition("Wrong before that:")
    assert "No route goes by 'show'" in traceback
    assert 'failing.py:6: error: Path parameter "id" is not accepted by handler "show"' in before


MOUNTED = """\
from __future__ import annotations

import responder

inner = responder.API()


@inner.get("/{one}")
def first(*, one: str) -> str:
    return one


@inner.get("/two")
def second() -> str:
    return ""


class Watch:
    def __init__(self, app: responder.API) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        await self.app(scope, receive, send)


middle = responder.API()
middle.mount("/inner", Watch(inner))
api = responder.API()
api.mount("/middle", middle)
"""


@pytest.mark.parametrize("name", ["", ":api"], ids=["module", "application"])
def test_mounted_applications_are_judged_once_and_findings_name_the_mount(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nested.py"
    file.write_text(MOUNTED)
    (fault,) = check(read_target(f"{file}{name}")).faults
    assert (fault.rule, fault.mount) == ("route-shadowed", "/middle/inner")
    assert cli(["check", f"{file}{name}"]) == 1
    assert "GET /two  mounted at /middle/inner  docs/rules.md" in capsys.readouterr().out
    assert cli(["check", f"{file}{name}", "--format", "github"]) == 1
    assert capsys.readouterr().out.rstrip().endswith("(mounted at /middle/inner)")


def test_applications_that_hold_each_other_are_judged_once(tmp_path: Path) -> None:
    file = tmp_path / "ring.py"
    file.write_text(MOUNTED + 'middle.mount("/round", api)\n')
    (fault,) = check(read_target(f"{file}:api")).faults
    assert fault.mount == "/middle/inner"


def test_operations_of_mounted_applications_count_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hosted.py"
    file.write_text(
        "import responder\n"
        "admin = responder.API()\n"
        'admin.add_route("/", lambda: "x")\n'
        "api = responder.API()\n"
        'api.add_route("/", lambda: "x")\n'
        'api.host("admin.example.com", admin)\n'
    )
    assert cli(["check", f"{file}:api"]) == 0
    assert capsys.readouterr().out == "Nothing found in 2 operations.\n"
