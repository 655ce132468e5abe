"""From a target to the application: import the module and find the name, or say plainly why not.

The one place that imports what users name.  Told apart are a module that is not there, a module that fails
while it is imported (its own error, with the frames of the import machinery cut away), a name that it hasn't
got, and a name for something else.  Used by the commands, and by `responder.util.python`.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TypeAlias, cast

from responder.application import Application
from responder.errors import ConfigurationError
from responder.ext.cli.remote import fetch
from responder.ext.cli.targets import DEFAULT_NAME, InvalidTarget, Target, read_target, usual_target
from responder.registry import Registry
from responder.serving import importing

App: TypeAlias = Application[Registry, object]


class ImportFailure(InvalidTarget):
    """The target's own code raised while it was imported; the text holds its traceback."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An application, the module it was found in, and the name it has there."""

    application: App
    module: ModuleType
    name: str


def load(target: Target) -> Loaded:
    """Import a target; raises `InvalidTarget`."""
    module = load_module(target)
    name = target.name or _usual_name(module)
    return Loaded(_application(module, name, target), module, name)


def load_all(target: Target) -> tuple[App, ...]:
    """Every application of the target's module, or the one that it names."""
    module = load_module(target)
    names = applications_in(module)
    if target.name is not None or not names:
        return (_application(module, target.name or DEFAULT_NAME, target),)
    return tuple(_application(module, name, target) for name in names)


def load_module(target: Target) -> ModuleType:
    """Import the module of a target, and nothing more; a server that it would start is left to us."""
    with importing():
        return _load_module(target)


def _load_module(target: Target) -> ModuleType:
    if target.kind == "url":
        return _load_source(fetch(target.place), target.place)
    _see(target.base)
    if target.kind == "module":
        return _import(target.place, target)
    return _load_file(target)


def _see(folder: Path) -> None:
    """Make the modules of a folder importable, first of all."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


# -- modules


def _import(name: str, target: Target) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if name == missing or name.startswith(missing + "."):
            raise InvalidTarget(_no_module(missing, target)) from None
        raise _failed(error, target) from error
    except ConfigurationError:
        raise
    except Exception as error:
        raise _failed(error, target) from error
    except SystemExit as error:
        raise InvalidTarget(f'"{target.place}" exited with {error.code!r} while it was imported.') from error


def _no_module(missing: str, target: Target) -> str:
    package, _, last = missing.rpartition(".")
    if package:
        folders = [Path(path) for path in getattr(sys.modules.get(package), "__path__", ())]
        if not folders:
            return f'"{package}" is a module, not a package: there is no "{missing}" in it.'
    else:
        folders = [target.base]
    near = get_close_matches(last, sorted(set(_modules_in(folders))), n=1)
    hint = f'; did you mean "{package + "." if package else ""}{near[0]}"?' if near else "."
    where = f'package "{package}"' if package else f"{target.base}, nor among what is installed"
    return f'There is no module "{missing}" in {where}{hint}'


def _modules_in(folders: Iterable[Path]) -> Iterable[str]:
    for folder in folders:
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.suffix == ".py" and path.stem.isidentifier() and path.stem != "__init__":
                yield path.stem
            elif path.is_dir() and path.name.isidentifier() and not path.name.startswith("__"):
                yield path.name


# -- files


def _load_file(target: Target) -> ModuleType:
    path = (target.base / target.place).resolve()
    if path.is_dir():
        usual = Path(target.place) / (usual_target(path) or "app.py")
        raise InvalidTarget(f'"{target.place}" is a folder: name a file in it, such as {usual}.')
    if not path.is_file():
        raise InvalidTarget(_no_file(path, target.place))
    names, root = [path.stem], path.parent
    while (root / "__init__.py").is_file() and root.name.isidentifier() and root != root.parent:
        names.insert(0, root.name)
        root = root.parent
    _see(root)
    name = ".".join(names[:-1] if names[-1] == "__init__" and len(names) > 1 else names)
    if _leads_to(name, path):
        return _import(name, target)
    return _execute(path, _free_name(path.stem), target)


def _no_file(path: Path, given: str) -> str:
    near: list[str] = []
    if path.parent.is_dir():
        near = get_close_matches(path.name, sorted(one.name for one in path.parent.glob("*.py")), n=1)
    hint = f'; did you mean "{Path(given).with_name(near[0])}"?' if near else "."
    return f'There is no file "{given}"{hint}'


def _leads_to(name: str, path: Path) -> bool:
    """Whether an import by this name gives this file, and not another module that goes by it."""
    known = sys.modules.get(name)
    if known is not None:
        file = getattr(known, "__file__", None)
        return file is not None and Path(file).resolve() == path
    if not all(part.isidentifier() for part in name.split(".")):
        return False
    if "." in name:
        return True  # its packages lie around it
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve() == path


def _free_name(stem: str) -> str:
    name = "".join(letter if letter.isalnum() else "_" for letter in f"responder_target_{stem}")
    number = 1
    while (free := name if number == 1 else f"{name}_{number}") in sys.modules:
        number += 1
    return free


def _execute(path: Path, name: str, target: Target) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InvalidTarget(f'"{target.place}" is not a Python file.')
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, ConfigurationError):
            raise
        if isinstance(error, Exception):
            raise _failed(error, target) from error
        if isinstance(error, SystemExit):
            text = f'"{target.place}" exited with {error.code!r} while it was imported.'
            raise InvalidTarget(text) from error
        raise
    return module


def _load_source(text: str, address: str) -> ModuleType:
    """Run the text of a module that came from an address."""
    name = _free_name("remote")
    module = ModuleType(name)
    module.__file__ = address
    sys.modules[name] = module
    try:
        exec(compile(text, address, "exec", dont_inherit=True), vars(module))
    except Exception as error:
        del sys.modules[name]
        raise ImportFailure(f"{address} fails while it is imported:\n\n{trimmed(error)}") from error
    return module


def _failed(error: Exception, target: Target) -> ImportFailure:
    return ImportFailure(f'"{target.place}" fails while it is imported:\n\n{trimmed(error)}')


def trimmed(error: BaseException) -> str:
    """The traceback of an error, without the frames of whoever imported."""
    told = traceback.TracebackException(type(error), error, _own_frames(error.__traceback__), compact=True)
    return "".join(told.format()).rstrip()


def _own_frames(trace: TracebackType | None) -> TracebackType | None:
    """Where the user's frames begin; nothing when none is the user's."""
    while trace is not None and _is_machinery(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _is_machinery(file: str) -> bool:
    return file == __file__ or file.startswith("<frozen importlib") or file == importlib.__file__


# -- names


def _usual_name(module: ModuleType) -> str:
    """The name `api`, or that of the only application there is."""
    if DEFAULT_NAME in vars(module):
        return DEFAULT_NAME
    names = applications_in(module)
    return names[0] if len(names) == 1 else DEFAULT_NAME


def applications_in(module: ModuleType) -> list[str]:
    """The names of the applications in a module, each application once."""
    seen: list[object] = []
    names: list[str] = []
    for name, value in vars(module).items():
        if isinstance(value, Application) and not any(cast("object", value) is one for one in seen):
            seen.append(cast("object", value))
            names.append(name)
    return names


def _application(module: ModuleType, name: str, target: Target) -> App:
    value: object = module
    for part in name.removesuffix("()").split("."):
        if not hasattr(value, part):
            raise InvalidTarget(_no_name(module, value, part, target))
        value = getattr(value, part)
    if name.endswith("()"):
        value = _call(value, name, target)
    if isinstance(value, Application):
        return cast("App", value)
    raise InvalidTarget(_not_an_application(value, name, target))


def _call(function: object, name: str, target: Target) -> object:
    if isinstance(function, Application):
        raise InvalidTarget(f'"{name.removesuffix("()")}" is an application already; leave out the "()".')
    if not callable(function):
        raise InvalidTarget(f'"{name}" can not be called: it is {_kind(function)}.')
    try:
        return function()
    except ConfigurationError:
        raise
    except Exception as error:
        raise ImportFailure(f'"{name}" of "{target.place}" fails:\n\n{trimmed(error)}') from error


def _no_name(module: ModuleType, owner: object, missing: str, target: Target) -> str:
    names = [name for name in vars(owner) if not name.startswith("_")] if hasattr(owner, "__dict__") else []
    apps = applications_in(module)
    near = get_close_matches(missing, [*apps, *names], n=1)
    told = f'"{target.place}" has no "{missing}"'
    if near:
        return f'{told}; did you mean "{target.place}:{near[0]}"?'
    if apps:
        return f"{told}; it has " + ", ".join(f'"{target.place}:{name}"' for name in apps) + "."
    return f"{told}, and no application."


def _not_an_application(value: object, name: str, target: Target) -> str:
    told = f'"{target.place}:{name}" is {_kind(value)}, not an application'
    if callable(value) and not name.endswith("()"):
        return f'{told}; if it makes one, write "{target.place}:{name}()".'
    return f"{told}."


def _kind(value: object) -> str:
    if isinstance(value, ModuleType):
        return "a module"
    if isinstance(value, type):
        return "a class"
    return f"of type {type(value).__name__}"


def load_target(target: str, default: str = DEFAULT_NAME) -> App:
    """The application that a target leads to; `default` is its name when the target has none."""
    read = read_target(target)
    if read.name is None and default != DEFAULT_NAME:
        read = Target(read.kind, read.place, default, read.text, read.base)
    return load(read).application
