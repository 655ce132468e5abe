"""Imports of what commands are given, undone."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def forgotten(*folders: Path) -> Generator[None, None, None]:
    """Forget, at the end, every module that was imported from these folders, and where modules are sought."""
    path = list(sys.path)
    before = set(sys.modules)
    try:
        yield
    finally:
        sys.path[:] = path
        for name in sys.modules.keys() - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file is None or file.startswith("http") or any(_is_in(Path(file), one) for one in folders):
                del sys.modules[name]


def _is_in(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())
