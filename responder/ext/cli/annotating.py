"""`responder annotate`: write the types that handlers, hooks and providers leave out.

Only what is certain is written, and nothing is imported or run for it.  A file is written when the new text
differs from the old one in annotations and imports alone; that is checked, each time.
"""

from __future__ import annotations

import ast
import difflib
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from responder.ext.cli.annotate_apps import Apps
from responder.ext.cli.annotate_edits import Edit, Text, apply, statement_line, top_line
from responder.ext.cli.annotate_modules import Module, Project
from responder.ext.cli.annotate_roles import decide, jobs_in
from responder.ext.cli.annotate_types import Speller
from responder.ext.cli.commands import Command, Usage, say, warn
from responder.ext.cli.listing import seen_from_here


@dataclass(frozen=True, slots=True)
class Annotated:
    """One file: its text as it is and as it will be, and what is left for people to say."""

    path: Path
    old: str
    new: str
    encoding: str
    left: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return self.old != self.new


def annotate(paths: Sequence[Path]) -> tuple[list[Annotated], list[Path]]:
    """Annotate files, which know each other; with the files that could not be read.  Nothing is written."""
    project = Project(list(paths))
    apps = Apps(project)
    return [_annotated(module, project, apps) for module in project.modules], project.unread


def _annotated(module: Module, project: Project, apps: Apps) -> Annotated:
    text, speller = Text(module), Speller(project, module)
    edits: list[Edit] = []
    left: list[str] = []
    first = len(module.text)
    for job in jobs_in(module, apps):
        wanted = decide(job, apps)
        function = job.function
        defaults = _defaults(function)
        line = top_line(function)
        first = min(first, statement_line(module, line))
        missing = list(wanted.left)
        for arg, typ in wanted.params:
            spelled = speller.spell(typ, line)
            if spelled is None:
                missing.append(arg.arg)
            else:
                edits += text.parameter(arg, defaults.get(arg.arg), spelled)
        spelled = None if wanted.returns is None else speller.spell(wanted.returns, line)
        if spelled is not None:
            edits += text.returns(function, spelled)
        elif function.returns is None:
            missing.append("its result")
        if missing:
            place = f"{seen_from_here(str(module.path))}:{function.lineno}"
            left.append(f"{place}: nothing says the type of {', '.join(missing)} ({function.name})")
    edits += text.imports(speller.imports, first)
    new = apply(module.text, edits)
    if not _alike(module.text, new):
        told = f"{seen_from_here(str(module.path))}: left alone, because it would not mean the same"
        return Annotated(module.path, module.text, module.text, module.encoding, (told,))
    return Annotated(module.path, module.text, new, module.encoding, tuple(left))


def _defaults(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, ast.expr]:
    given = function.args
    positional = [*given.posonlyargs, *given.args][-len(given.defaults) :] if given.defaults else []
    pairs = [
        *zip(positional, given.defaults, strict=True),
        *zip(given.kwonlyargs, given.kw_defaults, strict=True),
    ]
    return {arg.arg: default for arg, default in pairs if default is not None}


def _alike(old: str, new: str) -> bool:
    """Whether two texts are one program, but for annotations of functions and imports at the top."""
    try:
        return _bare(old) == _bare(new)
    except SyntaxError:
        return False


def _bare(text: str) -> str:
    tree = ast.parse(text)
    tree.body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
    return ast.dump(tree)


def files_of(given: Sequence[str]) -> list[Path]:
    """The Python files that paths name; of folders, all in them."""
    files: list[Path] = []
    for text in given:
        path = Path(text)
        if path.is_dir():
            files += sorted(_python_in(path))
        elif path.is_file():
            files.append(path)
        else:
            raise Usage(f'There is no file or folder "{text}".')
    return list(dict.fromkeys(files))


def _python_in(folder: Path) -> Iterator[Path]:
    """The Python files below a folder; hidden folders and those of other people's packages are passed by."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_passed_by(Path(place, name)))
        yield from (Path(place, name) for name in files if name.endswith(".py"))


def _is_passed_by(folder: Path) -> bool:
    known = folder.name.startswith(".") or folder.name in ("__pycache__", "node_modules", "site-packages")
    return known or (folder / "pyvenv.cfg").exists()


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="Python files, or folders of them")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if anything would be"
    )
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would be")


def _execute(arguments: Namespace) -> int:
    done, unread = annotate(files_of(arguments.paths))
    changed = [one for one in done if one.changed]
    for path in unread:
        warn(f"{seen_from_here(str(path))} is not Python that this version reads; left alone")
    for one in changed:
        name = seen_from_here(str(one.path))
        if arguments.diff:
            lines = difflib.unified_diff(
                one.old.splitlines(),
                one.new.splitlines(),
                f"{name} (now)",
                f"{name} (annotated)",
                lineterm="",
            )
            say("\n".join(lines))
        elif arguments.check:
            say(f"{name} would be annotated")
        else:
            one.path.write_bytes(one.new.encode(one.encoding))
            say(f"{name} annotated")
    for one in done:
        for text in one.left:
            warn(text)
    if not changed:
        say("Nothing to annotate.")
    return 1 if arguments.check and changed else 0


ANNOTATE = Command(
    "annotate",
    "write the types that handlers, hooks and providers leave out",
    """\
examples:
  responder annotate shop/
  responder annotate shop/app.py --diff
  responder annotate shop/ --check              exit status 1 if anything would be written

What can be read off the source is written: requests and responses, path parameters by their
convertors, dependencies by the annotations of their providers, and `-> None`.  What the
program does stays the same.  The rest is listed, for you to write.""",
    _declare,
    _execute,
    trouble=2,
)
