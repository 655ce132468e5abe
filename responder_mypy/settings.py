"""What users may set for the plugin, in `[responder-mypy]` of mypy's own configuration file.

    [responder-mypy]
    named_dependencies = module

In pyproject.toml the table is `[tool.responder-mypy]`.
"""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

SECTION: Final = "responder-mypy"
_WORLDS: Final = ("certain", "module")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings.

    `named_dependencies` says when a name that nobody binds is a mistake: "certain", when nobody else can bind
    it, because a typed registry says which names there are or the application is out of reach; "module", also
    when the handler's module makes the application itself.
    """

    named_dependencies: str = "certain"
    infer_handlers: bool = False
    """Whether handlers without types get those that their route implies."""


def read_settings(path: str | None) -> Settings:
    """The settings of a configuration file; a wrong one is an error that mypy shows."""
    given: Mapping[str, str] = _table(path) if path else {}
    unknown = sorted(set(given) - {"named_dependencies", "infer_handlers"})
    if unknown:
        known = "named_dependencies and infer_handlers"
        raise ValueError(f"[{SECTION}] has no setting {unknown[0]!r}; there are {known}")
    world = given.get("named_dependencies", "certain")
    if world not in _WORLDS:
        raise ValueError(f"[{SECTION}] named_dependencies must be one of {', '.join(_WORLDS)}, not {world!r}")
    infer = given.get("infer_handlers", "false").lower()
    if infer not in ("true", "false"):
        raise ValueError(f"[{SECTION}] infer_handlers must be true or false, not {infer!r}")
    return Settings(world, infer == "true")


def _table(path: str) -> Mapping[str, str]:
    if path.endswith(".toml"):
        with open(path, "rb") as stream:
            tool = cast("Mapping[str, Mapping[str, object]]", tomllib.load(stream).get("tool", {}))
        return {key: str(value) for key, value in tool.get(SECTION, {}).items()}
    parser = configparser.RawConfigParser()
    parser.read(path, encoding="utf-8")
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}
