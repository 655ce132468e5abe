"""From a target such as `package.module:api` or `file.py` to the application: what the command line does."""

from __future__ import annotations

from responder.ext.cli.load import load_target
from responder.ext.cli.targets import InvalidTarget

__all__ = ["InvalidTarget", "load_target"]
