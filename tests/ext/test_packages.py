"""Packages that one battery alone needs: where one is missing, its extra is named."""

from __future__ import annotations

import subprocess
import sys

import pytest

from responder.errors import MissingPackage

WITHOUT = """
import sys
sys.modules[{package!r}] = None
from responder.errors import MissingPackage
try:
    {asks}
except MissingPackage as missing:
    print(missing)
"""

ASKED = (
    ("redis", "redis", "from responder.ext.sessions import RedisSessionBackend; RedisSessionBackend()"),
    ("sqlalchemy", "sqlalchemy", "import responder.ext.sqlalchemy"),
    ("graphql", "graphql", "import responder.ext.graphql"),
    ("jwt", "jwt", "from responder.ext.auth import JWTAuth; JWTAuth('s' * 32)"),
    ("granian", "granian", "import responder; responder.API().serve(server='granian')"),
)


@pytest.mark.parametrize(("package", "extra", "asks"), ASKED, ids=[row[0] for row in ASKED])
def test_a_missing_package_is_told_with_the_extra_that_brings_it(package: str, extra: str, asks: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(package=package, asks=asks)], capture_output=True, text=True
    )

    assert run.stdout.endswith(f"pip install 'responder[{extra}]'\n"), run.stderr


def test_code_that_catches_either_error_catches_a_missing_package() -> None:
    missing = MissingPackage("GraphQL", "graphql-core", extra="graphql")

    assert isinstance(missing, ImportError)
    assert isinstance(missing, RuntimeError)
    assert (missing.name, missing.extra) == ("graphql-core", "graphql")
    assert str(missing) == "GraphQL needs graphql-core: pip install 'responder[graphql]'"
