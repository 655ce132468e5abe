"""What the user calls an application: `package.module:name`, `file.py:name`, or an address.

`read_target` reads the text; `configured_target` finds it in `pyproject.toml` when there is none.  This file
looks at text and at one file; `load` is who imports.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

DEFAULT_NAME = "api"
"""The name an application has when the target doesn't say."""

USUAL_FILES = ("app.py", "main.py", "api.py", "server.py")


class InvalidTarget(ValueError):
    """A target doesn't lead to an application; the text says why, and what was probably meant."""


@dataclass(frozen=True, slots=True)
class Target:
    """One target: where it is, what it is called there, and the folder that it is seen from.

    `name` is None when the user left it out.
    """

    kind: Literal["module", "file", "url"]
    place: str
    name: str | None
    text: str
    base: Path


def read_target(text: str, base: Path | None = None) -> Target:
    """Read a target as the user wrote it; paths are seen from `base`, the current folder."""
    base = Path.cwd() if base is None else base
    if "://" in text:
        place, _, fragment = text.partition("#")
        return Target("url", place, _name(fragment, text) if fragment else None, text, base)
    place, name = _split(text)
    if not place:
        raise InvalidTarget(
            f'The target "{text}" names no module: write package.module:name or file.py:name.'
        )
    if place.endswith(".py") or "/" in place or "\\" in place:
        return Target("file", place, name, text, base)
    if not all(part.isidentifier() for part in place.split(".")):
        raise InvalidTarget(
            f'"{place}" is neither a module nor a file: write package.module:name or file.py:name.'
        )
    return Target("module", place, name, text, base)


def _split(text: str) -> tuple[str, str | None]:
    place, colon, name = text.rpartition(":")
    if not colon or (len(place) == 1 and name[:1] in ("/", "\\")):  # a drive is no name
        return text, None
    return place, _name(name, text)


def _name(name: str, text: str) -> str:
    called = name.removesuffix("()")
    if not called or not all(part.isidentifier() for part in called.split(".")):
        raise InvalidTarget(f'"{name}" in the target "{text}" is not a name of Python.')
    return name


def configured_target(start: Path) -> Target | None:
    """The target in the nearest pyproject.toml that has one: `[tool.responder] app = "package.mod:name"`."""
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidTarget(f"{file} can not be read: {error}") from error
        section = _table(_table(content).get("tool")).get("responder")
        if section is None:
            continue
        app = _table(section).get("app")
        if app is None:
            return None
        if not isinstance(app, str):
            raise InvalidTarget(f'[tool.responder] app in {file} must be a text such as "pkg.mod:api".')
        return read_target(app, folder)
    return None


def usual_target(start: Path) -> str | None:
    """A file in a folder that probably holds the application."""
    return next((name for name in USUAL_FILES if (start / name).is_file()), None)


def _table(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}
