"""What a route costs the plugin, counted in calls of Python functions: clocks say another thing every day."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.mypy_plugin.checking import ROOT, prepared

COUNT = """
import sys
import responder_mypy
from mypy import api

plugin = sys.modules["responder_mypy.plugin"]
calls = 0


def count(frame, event, argument):
    global calls
    name = frame.f_code.co_filename
    calls += event == "call" and ("responder_mypy" in name or "_contract" in name)


def counted(hook):
    def run(context):
        sys.setprofile(count)
        try:
            return hook(context)
        finally:
            sys.setprofile(None)

    return run


asked = {name: plugin.METHOD_HOOKS[name] for name in ("get", "post", "__call__")}
counting = {name: tuple((base, counted(hook)) for base, hook in hooks) for name, hooks in asked.items()}
plugin.METHOD_HOOKS = {**plugin.METHOD_HOOKS, **counting}
said = api.run(["--cache-dir", sys.argv[1], "case.py"])
assert said[2] == 0, said
print(calls)
"""
HEAD = """
from pydantic import BaseModel
from responder import Query, Registry, Request, Response, Router, provider

class Session: ...

def make_session() -> Session:
    return Session()

class Deps(Registry):
    session = provider(make_session)

class Item(BaseModel):
    name: str

router = Router("/m", outer="", registry=Deps)
"""
ROUTES = """
@router.get("/a{number}/{{id:int}}/{{name}}")
async def read{number}(
    req: Request, resp: Response, *, id: int, name: str, session: Session, q: str = Query("", max_length=9)
) -> Item:
    return Item(name=name)

@router.post("/b{number}/{{id:int}}", status_code=201)
async def write{number}(id: int, item: Item, session: Session) -> Item:
    return item
"""
PAIRS = 20
MOST = 220
"""Calls for one route; each is well under a microsecond, and a quarter of a millisecond is the budget."""


def test_what_a_route_costs_is_bounded(tmp_path: Path) -> None:
    text = HEAD + "".join(ROUTES.format(number=number) for number in range(PAIRS))
    (tmp_path / "case.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", COUNT, str(prepared(tmp_path))],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "RESPONDER_MYPY_DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    each = int(done.stdout) / (2 * PAIRS)
    assert 50 < each < MOST, each
