"""What the mypy plugin costs, in CPU time: `python -m benchmarks.plugin [--routes 5000] [--rounds 3]`.

A program of modules with twenty routes each, as people write them: a router with a typed registry, path
parameters, dependencies by name, markers, bodies and a class-based view.  mypy checks it strictly without
and with the plugin: *cold* with a cache of the libraries only, *warm* with a full cache and nothing changed,
*daemon* after one edit.  The best of some rounds counts, with and without the plugin in turns.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IN_A_MODULE = 20
NAMES = ("plain", "plugin")
DEPS = """from typing import Annotated
from responder import Query, Registry, Request, provider
class Pool: ...
class Session: ...
class User: ...
def make_pool() -> Pool:
    return Pool()
def make_session(pool: Pool) -> Session:
    return Session()
def make_user(req: Request, session: Session) -> User:
    return User()
class Deps(Registry):
    pool = provider(make_pool, scope="app")
    session = provider(make_session)
    user = provider(make_user)
Limit = Annotated[int, Query(ge=1, le=100)]
"""
HEAD = """from pydantic import BaseModel
from responder import Query, Request, Response, Router
from app.deps import Deps, Limit, Session, User
class Item(BaseModel):
    name: str
    price: float
router = Router("/m{module}", outer="", registry=Deps)
"""
READ = """@router.get("/a{number}/{{id:int}}/{{name}}")
async def read{number}(
    req: Request, resp: Response, *, id: int, name: str, session: Session, q: str = Query("", max_length=9)
) -> Item:
    return Item(name=name, price=id)
"""
WRITE = """@router.post("/a{number}/{{id:int}}", status_code=201)
async def write{number}(id: int, item: Item, user: User, limit: Limit = 10) -> Item:
    return item
"""
VIEW = """@router.route("/v{number}/{{id:int}}")
class View{number}:
    def on_get(self, id: int, session: Session) -> Item:
        return Item(name="", price=id)
    def on_put(self, id: int, item: Item) -> Item:
        return item
"""
INI = "[mypy]\nstrict = True\nmypy_path = {root}\n{plugin}\n[mypy-responder.*]\nignore_errors = True\n"


def write(folder: Path, routes: int) -> None:
    """Write the program."""
    app = folder / "app"
    app.mkdir()
    (app / "__init__.py").touch()
    (app / "deps.py").write_text(DEPS)
    for module in range(routes // IN_A_MODULE):
        kinds = [(READ, WRITE, READ, VIEW)[number % 4] for number in range(IN_A_MODULE)]
        views = "".join(kind.format(number=number) for number, kind in enumerate(kinds))
        (app / f"m{module}.py").write_text(HEAD.format(module=module) + views)
    for name, plugin in (("plain", ""), ("plugin", "plugins = responder_mypy")):
        (folder / f"{name}.ini").write_text(INI.format(root=ROOT, plugin=plugin))


def spent(folder: Path, *arguments: str) -> float:
    """CPU seconds of one run, which has to find nothing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "RESPONDER_MYPY_DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def batch(folder: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """The best cold and warm run of each, in turns: a machine that is slow for a while is so for both."""
    best: dict[str, tuple[float, float]] = {}
    (folder / "seed.py").write_text("import pydantic\nimport responder\n")
    for name in NAMES:
        spent(folder, *_options(name), f".{name}-base", "seed.py")
    for _ in range(rounds):
        for name in NAMES:
            shutil.rmtree(folder / f".{name}", ignore_errors=True)
            shutil.copytree(folder / f".{name}-base", folder / f".{name}")
            cold = spent(folder, *_options(name), f".{name}", "app")
            warm = spent(folder, *_options(name), f".{name}", "app")
            before = best.get(name, (cold, warm))
            best[name] = (min(before[0], cold), min(before[1], warm))
    return best


def _options(name: str) -> tuple[str, ...]:
    return ("mypy", "--config-file", f"{name}.ini", "--cache-dir")


def daemon(folder: Path, name: str, rounds: int) -> float:
    """The best time that a running daemon takes for one edit; the clock's, as its CPU time is not ours."""
    status = ("mypy.dmypy", "--status-file", f".{name}.json")
    options = ("--", "--config-file", f"{name}.ini", "--cache-dir", f".{name}-daemon", "app")
    module = folder / "app" / "m0.py"
    text = module.read_text()
    times: list[float] = []
    try:
        spent(folder, *status, "run", *options)
        for number in range(rounds + 1):
            module.write_text(text + f"\n\ndef more{number}() -> int:\n    return {number}\n")
            begin = time.perf_counter()
            spent(folder, *status, "run", *options)
            times.append(time.perf_counter() - begin)
    finally:
        module.write_text(text)
        spent(folder, *status, "stop")
    return min(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--routes", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, given.routes)
        best = batch(folder, given.rounds)
        results = {name: (*best[name], daemon(folder, name, given.rounds)) for name in NAMES}
    plain, plugin = results["plain"], results["plugin"]
    print(f"{given.routes} routes, CPU seconds without and with the plugin (daemon: seconds)")
    for index, what in enumerate(("cold", "warm", "daemon")):
        print(f"{what:7}{plain[index]:8.2f}{plugin[index]:8.2f}{plugin[index] - plain[index]:+8.2f}")
    each = (plugin[0] - plain[0]) / given.routes * 1000
    print(f"{each:.3f} ms a route, cold")


if __name__ == "__main__":
    main()
