"""Documents made by processes of their own, each with another order of what has no order."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.house.source import ROOT


def documents_of(module: str) -> set[bytes]:
    """What processes with different seeds say of the application that `make()` of a module makes."""
    program = f"from {module} import make; print(make().openapi.to_json())"
    return {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
