"""Print the requirements of dependency groups of pyproject.toml, one a line.

`pip install --group` does this from pip 25.1 on; machines still carry older ones.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TypeAlias

Entry: TypeAlias = "str | dict[str, str]"
PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def requirements(groups: dict[str, list[Entry]], name: str, seen: tuple[str, ...] = ()) -> list[str]:
    """List what one group asks for, its included groups first named first."""
    if name in seen:
        raise SystemExit(f"dependency groups include each other: {' -> '.join((*seen, name))}")
    if name not in groups:
        raise SystemExit(f"no dependency group {name!r}; there are {', '.join(sorted(groups))}")
    lines: list[str] = []
    for entry in groups[name]:
        if isinstance(entry, str):
            lines.append(entry)
        else:
            lines.extend(requirements(groups, entry["include-group"], (*seen, name)))
    return lines


def main(names: list[str]) -> None:
    """Print the requirements of the named groups, each once."""
    groups: dict[str, list[Entry]] = tomllib.loads(PROJECT.read_text())["dependency-groups"]
    wanted = dict.fromkeys(line for name in names for line in requirements(groups, name))
    print("\n".join(wanted))


if __name__ == "__main__":
    main(sys.argv[1:])
