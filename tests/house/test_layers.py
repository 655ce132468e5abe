"""The one-way street: who may import whom.

Every import counts, the late ones and those under `TYPE_CHECKING` too.  A module that is not in the table
fails: its layer is a decision, made here.
"""

from __future__ import annotations

import ast
import sys

import pytest

from tests.house.source import Import, imports, modules, own, tree

LAYERS = {
    "responder._contract": 0,
    "responder.status_codes": 0,
    "responder._http": 1,
    "responder.params": 1,
    "responder.guards": 1,
    "responder.registry": 1,
    "responder.convertors": 1,
    "responder.background": 1,
    "responder.threads": 1,
    "responder.config": 1,
    "responder.staticfiles": 1,
    "responder.templates": 1,
    "responder.authentication": 1,
    "responder.middleware": 1,
    "responder.csrf": 1,
    "responder.sessions": 1,
    "responder._routing": 2,
    "responder._serve": 3,
    "responder.application": 4,
    "responder.routes": 4,
    "responder.routing": 4,
    "responder.models": 4,
    "responder.errors": 4,
    "responder.formats": 4,
    "responder.serving": 4,
    "responder.streaming": 4,
    "responder.types": 4,
    "responder.testing": 4,
    "responder.ext": 5,
    "responder.util": 5,
    "responder.pytest_plugin": 5,
    "responder.__main__": 6,
    "responder.batteries": 6,
    "responder.api": 6,
}
"""The longest name that a module's own name starts with decides."""

FRONT_DOOR = 7
UNKNOWN = -1
PRIVATE_FOLDERS = ("responder._contract", "responder._http", "responder._routing", "responder._serve")

DOORS = frozenset({"responder", "responder.middleware", "responder.batteries", "responder.api"})
"""Faces that import a name on first use, and the composition root, which loads what it is asked for."""

LOADERS = frozenset({"responder.ext.cli.load"})
"""Modules whose purpose is to import what users name."""

LATE = {
    ("responder.application", "responder.testing"): "test clients need httpx, which serving does not",
    ("responder._serve.running", "responder._serve.server"): "it is made of uvicorn's server",
    ("responder._serve.running", "responder._serve.workers"): "it needs that server",
    ("responder.pytest_plugin", "responder.ext.cli.load"): "every run of pytest imports the plugin",
    ("responder.pytest_plugin", "responder.ext.cli.targets"): "every run of pytest imports the plugin",
    ("responder.pytest_plugin", "responder.testing"): "every run of pytest imports the plugin",
}
"""Imports of our own modules inside functions, each with its reason."""

IMPURE = frozenset(
    "asyncio contextvars datetime http importlib inspect io logging os pathlib random socket subprocess sys "
    "tempfile threading time urllib weakref".split()
)
REFLECTION = frozenset({"get_args", "get_origin", "get_overloads", "get_type_hints"})

ONE_PLACE = tuple(
    "a2wsgi granian graphql jinja2 jwt msgpack prometheus_client redis sqlalchemy uvicorn yaml".split()
)
"""Third-party packages that one module each is the door to."""

HOUSE = tuple(name for name in modules() if name.split(".")[0] == "responder")
PLUGIN = tuple(name for name in modules() if name.split(".")[0] == "responder_mypy")


def layer(module: str) -> int:
    if module == "responder":
        return FRONT_DOOR
    known = [row for row in LAYERS if module == row or module.startswith(row + ".")]
    return LAYERS[max(known, key=len)] if known else UNKNOWN


def told(faults: list[Import]) -> str:
    return "\n".join(map(str, faults))


def test_every_module_has_a_layer() -> None:
    assert [name for name in HOUSE if layer(name) == UNKNOWN] == []


def test_every_folder_of_modules_is_a_package() -> None:
    """Where one is not, pyright says of an installed copy that it came without types."""
    folders = {path.parent for name, path in modules().items() if name.startswith("responder.")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_a_module_imports_from_its_own_layer_or_below() -> None:
    faults = [
        found
        for name in HOUSE
        for found in own(name)
        if layer(found.target) > layer(name) and found.target.split(".")[0] == "responder"
    ]
    assert not faults, told(faults)


def test_no_module_reaches_itself_through_imports() -> None:
    graph = {name: {found.target for found in own(name)} & modules().keys() for name in modules()}
    for cycle in _cycles(graph):
        pytest.fail("import cycle: " + " -> ".join([*cycle, cycle[0]]))


def test_own_modules_are_imported_at_the_top() -> None:
    faults = [
        found
        for name in HOUSE
        if name not in DOORS
        for found in own(name)
        if found.late and (name, found.target) not in LATE
    ]
    assert not faults, told(faults)


def test_modules_are_imported_by_name_not_by_computed_text() -> None:
    faults = [
        found
        for name in modules()
        if name not in DOORS | LOADERS
        for found in imports(name)
        if found.target == "?"
    ]
    assert not faults, told(faults)


def test_the_contract_uses_the_standard_library_only_and_does_nothing() -> None:
    faults: list[Import] = []
    for name in HOUSE:
        if not name.startswith("responder._contract"):
            continue
        for found in imports(name):
            root = found.target.split(".")[0]
            outside = root not in sys.stdlib_module_names and not found.target.startswith(
                "responder._contract"
            )
            if outside or root in IMPURE or (root == "typing" and found.name in REFLECTION):
                faults.append(found)
    assert not faults, told(faults)


def test_the_plugin_uses_mypy_and_the_contract_only() -> None:
    allowed = ("responder_mypy", "responder._contract", "mypy", "mypy_extensions", "typing_extensions")
    faults = [
        found
        for name in PLUGIN
        for found in imports(name)
        if found.target.split(".")[0] not in sys.stdlib_module_names
        and not any(found.target == root or found.target.startswith(root + ".") for root in allowed)
    ]
    assert not faults, told(faults)


def test_the_house_does_not_know_the_plugin() -> None:
    faults = [
        found for name in HOUSE for found in own(name) if found.target.split(".")[0] == "responder_mypy"
    ]
    assert not faults, told(faults)


def test_extensions_use_public_names_only() -> None:
    faults = [
        found
        for name in HOUSE
        if layer(name) == 5
        for found in own(name)
        if _private(found.target.removeprefix("responder")) and not _same_folder(name, found.target)
    ]
    assert not faults, told(faults)


def test_underscored_names_stay_in_their_module() -> None:
    faults = [
        found
        for name in modules()
        for found in own(name)
        if found.name.startswith("_") and not found.name.startswith("__")
    ]
    assert not faults, told(faults)


@pytest.mark.parametrize("folder", [name for name in PRIVATE_FOLDERS if name in modules()])
def test_a_private_folder_reexports_nothing_and_lists_its_files(folder: str) -> None:
    body = tree(folder).body
    assert [type(node).__name__ for node in body if not _is_docstring(node) and not _is_future(node)] == []
    contents = ast.get_docstring(tree(folder)) or ""
    files = [name for name in modules() if name.rpartition(".")[0] == folder]
    assert [name for name in files if f"`{name.rpartition('.')[2]}`" not in contents] == []


@pytest.mark.parametrize("package", ONE_PLACE)
def test_one_module_is_the_door_to_a_package(package: str) -> None:
    doors = {
        name
        for name in HOUSE
        for found in imports(name)
        if found.target.split(".")[0] == package and not found.static
    }
    assert len(doors) <= 1, f"{package} is imported by {', '.join(sorted(doors))}"


def test_every_module_says_what_it_is_for() -> None:
    assert [name for name in modules() if not ast.get_docstring(tree(name))] == []


def _private(dotted: str) -> bool:
    return any(part.startswith("_") and not part.startswith("__") for part in dotted.split("."))


def _same_folder(importer: str, target: str) -> bool:
    """Whether both live in one extension: `ext.auth.bearer` and `ext.auth._scheme`."""
    return importer.split(".")[:3] == target.split(".")[:3]


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """One cycle for each module that closes one, depth first."""
    done: set[str] = set()
    cycles: list[list[str]] = []

    def visit(name: str, road: list[str]) -> None:
        if name in road:
            cycles.append(road[road.index(name) :])
            return
        if name in done:
            return
        for target in sorted(graph[name] - {name}):
            visit(target, [*road, name])
        done.add(name)

    for name in sorted(graph):
        visit(name, [])
    return cycles
