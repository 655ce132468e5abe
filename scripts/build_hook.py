"""What the build does beyond copying: pack the files of the documentation pages.

Run by hatchling for wheels, sdists and editable installs.  A build that cannot (no npm, no network) goes on
without them and says so, and its pages link a content network instead; `RESPONDER_ASSETS=require`, which
releases set, makes that a failure.  An sdist holds the packed files, so a wheel made from it needs no npm.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackAssets(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is hatchling's own configuration
    """The hook that pyproject.toml names."""

    PLUGIN_NAME = "custom"

    # The build has no `override` to import.
    def initialize(self, version: str, build_data: dict[str, object]) -> None:  # type: ignore[explicit-override]  # see above
        """Pack, before anything is collected."""
        script = Path(self.root, "scripts", "pack_assets.py")
        if subprocess.run([sys.executable, str(script)], check=False).returncode == 0:
            return
        if os.environ.get("RESPONDER_ASSETS") == "require":
            raise RuntimeError("the files of the documentation pages could not be packed")
        self.app.display_warning("built without the files of the documentation pages")
