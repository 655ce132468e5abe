"""What is known of the names around a handler, and what the settings and codes change about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mypy_plugin.checking import codes as check

PROGRAM = """
from __future__ import annotations
import responder


class Deps(responder.Registry):
    size: int


made = responder.API()
typed = responder.API(registry=Deps)
path = "/" + str(1)


@made.get("/a")
def first(nobody: str) -> str:
    return nobody


@typed.get("/b")
def second(nobody: str) -> str:
    return nobody


@made.get(path)
def third(nobody: str) -> str:
    return nobody


router = responder.Router(path)
made.include_router(router, prefix=path)
made.group(path)


@made.dependency()
def number() -> int:
    return 1


@made.get("/c")
def fourth(number: str, nobody: str) -> str:
    return nobody


def local() -> None:
    inner = responder.API()

    @inner.get("/d")
    def fifth(nobody: str) -> str:
        return nobody
"""
KNOWN = ["21 responder-dependency", "41 responder-type", "49 responder-dependency"]
"""What nobody else can make right."""
CONVERTORS = """
from __future__ import annotations
import responder
{before}

class Hex(responder.Convertor[int], name="hex"):
    def convert(self, text: str) -> int:
        return int(text, 16)


class Deps(responder.Registry):
    pass


api = responder.API()
typed = responder.API(registry=Deps)
api.add_convertor(Hex)
api.add_convertor(Hex(), name="colour")
{after}

@api.get("/a/{{x:hex}}/{{y:colour}}/{{z:nope}}")
def first(x: int, y: str, z: str) -> str:
    return y


@typed.get("/{{x:hex}}")
def second(x: int) -> str:
    return ""
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program, and a cache for all of these tests."""
    folder = tmp_path_factory.mktemp("worlds")
    (folder / "case.py").write_text(PROGRAM, encoding="utf-8")
    return folder


def test_names_are_unknown_where_nobody_else_can_bind_them(folder: Path) -> None:
    assert check(folder) == KNOWN


def test_an_application_may_be_taken_to_have_what_its_module_binds(folder: Path) -> None:
    told = check(folder, plugin="named_dependencies = module")
    assert told == ["16 responder-dependency", *KNOWN[:2], "41 responder-dependency", KNOWN[2]]


@pytest.mark.parametrize(
    "served",
    [
        "made.run()",
        'if __name__ == "__main__":\n    made.serve(port=80)',
        'def main() -> None:\n    made.run()\nif __name__ == "__main__":\n    main()',
        'import uvicorn\nif __name__ == "__main__":\n    uvicorn.run(made)',
    ],
)
def test_nobody_else_binds_names_on_what_is_served_as_a_program(served: str, tmp_path: Path) -> None:
    (tmp_path / "case.py").write_text(f"{PROGRAM}\n{served}\n", encoding="utf-8")
    assert "16 responder-dependency" in check(tmp_path)


@pytest.mark.parametrize(
    "served",
    [
        "def main() -> None:\n    made.run()",
        'def bind(app: responder.API) -> None: ...\nbind(made)\nif __name__ == "__main__":\n    made.run()',
        "made.dependency(name=path)(number)\nmade.run()",
    ],
)
def test_others_may_bind_names_on_what_they_get(served: str, tmp_path: Path) -> None:
    (tmp_path / "case.py").write_text(f"{PROGRAM}\n{served}\n", encoding="utf-8")
    assert "16 responder-dependency" not in check(tmp_path)


def test_convertors_that_are_added_are_known(tmp_path: Path) -> None:
    (tmp_path / "case.py").write_text(CONVERTORS.format(before="", after=""), encoding="utf-8")
    assert check(tmp_path) == ["21 responder-convertor", "22 responder-type", "26 responder-convertor"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "api.add_convertor(Hex(), name=str(1))"),
        ("", "import json"),
        ("def add(app: responder.API) -> None: ...", "add(api)"),
    ],
)
def test_a_convertor_that_somebody_may_have_added_is_not_called_unknown(
    before: str, after: str, tmp_path: Path
) -> None:
    (tmp_path / "case.py").write_text(CONVERTORS.format(before=before, after=after), encoding="utf-8")
    told = check(tmp_path)
    assert [line for line in told if line.startswith("21 ")] == []
    assert told[-1] == "26 responder-convertor"


def test_paths_that_are_not_known_are_told_when_asked_for(folder: Path) -> None:
    told = check(folder, mypy="enable_error_code = responder-dynamic")
    assert [line for line in told if line.endswith("dynamic")] == [
        f"{number} responder-dynamic" for number in (25, 30, 31, 32)
    ]


@pytest.mark.parametrize("code", ["responder", "responder-dependency"])
def test_a_code_and_the_family_can_be_disabled(code: str, folder: Path) -> None:
    assert check(folder, mypy=f"disable_error_code = {code}") == ([] if code == "responder" else KNOWN[1:2])
