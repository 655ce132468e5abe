"""What the environment says about the store."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the database is, how long to wait for it, and how many idle connections to keep."""

    database: Path
    patience: float = 5.0
    idle_connections: int = 4


def read_settings() -> Settings:
    """Read the settings; without `STORE_DATABASE` the database is a file among the temporary ones."""
    database = os.environ.get("STORE_DATABASE")
    path = Path(database) if database else Path(tempfile.gettempdir()) / "responder-store.db"
    return Settings(path, patience=float(os.environ.get("STORE_PATIENCE", "5")))
