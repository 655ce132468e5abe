"""The sample's documents, and the golden files that they are compared with.

    python -m tests.openapi.documents      write the golden files again

A golden file is what a reviewer reads: a change of the document is a change of these files.
"""

from __future__ import annotations

from pathlib import Path

from tests.openapi.sample.app import VERSIONS, make

GOLDEN = Path(__file__).parent / "golden"


def golden_file(version: str) -> Path:
    """Where the document of one version is kept."""
    return GOLDEN / f"sample-{version}.yml"


def main() -> None:
    """Write all of them."""
    GOLDEN.mkdir(exist_ok=True)
    for version in VERSIONS:
        golden_file(version).write_text(make(version).openapi.to_yaml(), encoding="utf-8")


if __name__ == "__main__":
    main()
