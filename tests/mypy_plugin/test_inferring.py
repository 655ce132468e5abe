"""With `infer_handlers` a handler without types is checked as its route implies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from __future__ import annotations
import responder

api = responder.API()


@api.dependency()
def size() -> float:
    return 1.0


@api.get("/a/{id:int}")
def show(req, resp, *, id, size, limit=responder.Query(10)):
    resp.text = id + limit
    resp.status_code = req.method
    size.upper()


@api.get("/b/{id:int}")
async def half(req, id: int, *, anything=None) -> str:
    return id
"""


def check(folder: Path, setting: str) -> list[str]:
    """The lines and codes of what mypy says."""
    (folder / "mypy.ini").write_text(
        f"[mypy]\nplugins = responder_mypy\nmypy_path = {ROOT}\nfollow_imports = silent\n"
        "check_untyped_defs = True\n"
        f"[responder-mypy]\ninfer_handlers = {setting}\n",
        encoding="utf-8",
    )
    (folder / "case.py").write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "case.py", "--cache-dir", setting],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "RESPONDER_MYPY_DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    lines = [line.split(":", 3) for line in done.stdout.splitlines() if ": error: " in line]
    return [f"{line[1]} {line[3].rpartition('[')[2][:-1]}" for line in lines]


def test_an_untyped_handler_is_checked_with_the_types_of_its_route(tmp_path: Path) -> None:
    assert check(tmp_path, "true") == ["15 assignment", "16 assignment", "17 attr-defined", "22 return-value"]


def test_nothing_is_inferred_unless_asked_for(tmp_path: Path) -> None:
    assert check(tmp_path, "false") == ["22 return-value"]
