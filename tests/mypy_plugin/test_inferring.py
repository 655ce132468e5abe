"""With `infer_handlers` a handler without types is checked as its route implies."""

from __future__ import annotations

from pathlib import Path

from tests.mypy_plugin.checking import codes

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
    (folder / "case.py").write_text(PROGRAM, encoding="utf-8")
    return codes(folder, "check_untyped_defs = True", f"infer_handlers = {setting}")


def test_an_untyped_handler_is_checked_with_the_types_of_its_route(tmp_path: Path) -> None:
    assert check(tmp_path, "true") == ["15 assignment", "16 assignment", "17 attr-defined", "22 return-value"]


def test_nothing_is_inferred_unless_asked_for(tmp_path: Path) -> None:
    assert check(tmp_path, "false") == ["22 return-value"]
