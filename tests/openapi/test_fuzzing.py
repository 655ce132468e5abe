"""The sample's document against the sample itself: Schemathesis calls every operation, right and wrong.

All checks are on, for all operations, in all phases, with the same cases on every run; `fuzzing` has a check
that nothing was switched off, and that every operation was also called so that it succeeds.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.openapi.needs import need_packages
from tests.openapi.readers import run
from tests.openapi.sample.access import TOKEN
from tests.openapi.sample.app import VERSIONS, make
from tests.sockets.server import PATIENCE, served

CONFIG = f"""
hooks = "{Path(__file__).with_name("fuzzing.py")}"

[checks]
enabled = true
max_response_time = {PATIENCE}

[auth.openapi.bearerAuth]
bearer = "{TOKEN}"

[auth.openapi.basicAuth]
username = "somebody"
password = "{TOKEN}"

[auth.openapi.headerKey]
api_key = "{TOKEN}"

[auth.openapi.queryKey]
api_key = "{TOKEN}"

[auth.openapi.cookieKey]
api_key = "{TOKEN}"

[auth.openapi.oauth2Auth]
bearer = "{TOKEN}"
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_every_answer_is_as_documented(tmp_path: Path, version: str) -> None:
    need_packages("schemathesis")
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG, encoding="utf-8")
    program = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    assert program is not None
    with served(make(version)) as server:
        run(
            [
                program, "--config-file", config, "run", f"http://127.0.0.1:{server.port}/schema.yml",
                "--max-examples", "10", "--generation-deterministic", "--workers", "1",
                "--continue-on-failure", "--no-color",
            ],
            tmp_path,
            path=ROOT,
        )  # fmt: skip
        # One of the requests is no HTTP on purpose.
        assert set(server.complaints) <= {"Invalid HTTP request received."}
