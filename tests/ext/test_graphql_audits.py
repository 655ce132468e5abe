"""The public audits of GraphQL over HTTP, against a real server: every MUST, and every SHOULD but three."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict

from responder import API
from tests.ext.graphql_schemas import make_schema
from tests.openapi.needs import need_node_tools
from tests.sockets.server import served

SCRIPT = Path(__file__).parent.parent / "openapi" / "node" / "audit.mjs"
LEAST = 60
"""How many audits there are at least: fewer would mean that they were not run."""

ANSWERED_WITH_400 = {"572B", "FDE2", "7B9B"}
"""They would like a 200 for documents that cannot be run, when the older media type is accepted.  A client's
fault is a 4xx here, whatever it accepts; the page on GraphQL says so."""


class Result(TypedDict):
    """What one audit found."""

    id: str
    name: str
    status: str
    reason: str | None


def test_every_must_is_met(tmp_path: Path) -> None:
    tools = need_node_tools()
    # Modules are looked for from where a script lies.
    script = shutil.copy(SCRIPT, tmp_path)
    (tmp_path / "node_modules").symlink_to(tools / "node_modules")
    api = API()
    api.graphql("/graphql", schema=make_schema())
    with served(api) as server:
        run = subprocess.run(
            ["node", script, f"http://127.0.0.1:{server.port}/graphql"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    results: list[Result] = json.loads(run.stdout)
    assert len(results) >= LEAST
    unmet = [result for result in results if result["status"] != "ok"]
    assert {result["id"] for result in unmet} == ANSWERED_WITH_400, unmet
    assert [result["name"] for result in unmet if result["name"].startswith("MUST")] == []
