"""Which versions of mypy the plugin works with, said in one sentence."""

from __future__ import annotations

import re

OLDEST = (1, 20)


def supported(version: str) -> None:
    """Refuse a mypy that is too old.  mypy shows the text of the error and stops."""
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers is not None and (int(numbers[1]), int(numbers[2])) < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        raise RuntimeError(f"responder_mypy needs mypy {wanted} or newer, but this is mypy {version}")
