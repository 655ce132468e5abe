"""Pack the files that documentation pages load, from npm packages, into responder/ext/openapi/assets.

    python scripts/pack_assets.py             what the wheel holds
    python scripts/pack_assets.py --all DIR   the files of every theme, unpacked, for tests

Exactly the versions of `pages_pinned`, and only bytes that hash to what stands there.  What is there already
is left alone.  Needs npm; the standard library otherwise, for the build runs it too (scripts/build_hook.py).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from responder.ext.openapi.pages_pinned import Pinned, Program

PACKAGE = Path(__file__).resolve().parent.parent / "responder" / "ext" / "openapi"
ASSETS = PACKAGE / "assets"


class NotPacked(Exception):
    """Why the files could not be had."""


def pinned() -> ModuleType:
    """The table, loaded without the framework around it: a build has none of its dependencies."""
    spec = importlib.util.spec_from_file_location("pages_pinned", PACKAGE / "pages_pinned.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look for their module
    spec.loader.exec_module(module)
    return module


def programs() -> list[Program]:
    """Every program of the tables."""
    table = pinned()
    found: list[Program] = [*table.PROGRAMS.values(), *table.EXPLORER]
    return found


def pack() -> None:
    """Write the packed files of every program that the wheel holds, and remove those of other versions."""
    wanted = [program for program in programs() if program.packed]
    for folder in ASSETS.iterdir() if ASSETS.is_dir() else ():
        if folder.name not in {program.folder for program in wanted}:
            shutil.rmtree(folder)
    for program in wanted:
        folder = ASSETS / program.folder
        files = (*program.files, *program.licences)
        if all((folder / f"{file.name}.gz").is_file() for file in files):
            continue
        for file, body in fetched(program, files):
            # Level and time are fixed, so that the same files make the same wheel.
            _write(folder / f"{file.name}.gz", gzip.compress(body, 9, mtime=0))


def unpack_all(target: Path) -> None:
    """Write the files of every program as they are, in the folders that their public URL has."""
    for program in programs():
        missing = [file for file in program.files if not _public(target, program, file).is_file()]
        for file, body in fetched(program, tuple(missing)) if missing else ():
            _write(_public(target, program, file), body)


def _public(target: Path, program: Program, file: Pinned) -> Path:
    return target / f"{program.package}@{program.version}" / file.path


def fetched(program: Program, files: tuple[Pinned, ...]) -> list[tuple[Pinned, bytes]]:
    """Files of an npm package, each checked against its hash."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotPacked("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        command = [
            npm,
            "pack",
            "--silent",
            "--pack-destination",
            folder,
            f"{program.package}@{program.version}",
        ]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        archives = list(Path(folder).glob("*.tgz"))
        if run.returncode or len(archives) != 1:
            raise NotPacked(
                f"npm pack {program.package}@{program.version} failed: {run.stderr.strip()[-500:]}"
            )
        with tarfile.open(archives[0]) as archive:
            return [(file, _member(archive, file)) for file in files]


def _member(archive: tarfile.TarFile, file: Pinned) -> bytes:
    """The bytes of one file, read and never extracted."""
    stream = archive.extractfile(f"package/{file.path}")
    body = b"" if stream is None else stream.read()
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()
    if integrity != file.integrity:
        raise NotPacked(f"{file.path} hashes to {integrity}, not to {file.integrity}")
    return body


def _write(path: Path, body: bytes) -> None:
    """Write a file in one step: whoever looks sees all of it or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(body)
    aside.replace(path)


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    try:
        if arguments[:1] == ["--all"] and len(arguments) == 2:
            unpack_all(Path(arguments[1]))
        elif not arguments:
            pack()
        else:
            print(__doc__, file=sys.stderr)
            return 2
    except (NotPacked, OSError, subprocess.SubprocessError, tarfile.TarError, KeyError) as failed:
        print(f"scripts/pack_assets.py: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
