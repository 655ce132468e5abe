"""A directory of files.  Names are checked here; that nothing leads outside is the framework's business."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()+-]{0,99}")


class Kept(BaseModel):
    """A file that is kept."""

    name: str
    size: int
    changed: datetime


class Shelf:
    """The files of one directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, name: str | None) -> Path | None:
        """Where a file of that name goes; None when it cannot be called so."""
        if name is None or not NAME.fullmatch(name):
            return None
        return self.folder / name

    def kept(self, place: Path) -> Kept:
        """What is known of a file."""
        found = place.stat()
        changed = datetime.fromtimestamp(found.st_mtime, UTC)
        return Kept(name=place.name, size=found.st_size, changed=changed)

    def list(self) -> list[Kept]:
        """Every file, by name."""
        return [self.kept(place) for place in sorted(self.folder.iterdir()) if place.is_file()]


def open_shelf() -> Iterator[Shelf]:
    """The directory that UPLOADS names, or one that is gone with the application."""
    named = os.environ.get("UPLOADS")
    if named is not None:
        folder = Path(named)
        folder.mkdir(parents=True, exist_ok=True)
        yield Shelf(folder)
        return
    with tempfile.TemporaryDirectory(prefix="uploads-") as made:
        yield Shelf(Path(made))
