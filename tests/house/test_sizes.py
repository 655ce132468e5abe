"""A file is a chapter: at most 400 lines a file, 60 a function, 8 parameters.

If a file wants more, a noun is missing.  A body is counted without its signature and docstring; overload
stubs have no body and may list as many keywords as users may write.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import ROOT, modules, tree

FILE = 400
BODY = 60
PARAMETERS = 8

WIDE = {
    "Response.set_cookie": "its keywords are the attributes of a cookie",
    "Query": "its keywords are the constraints",
    "Header": "its keywords are the constraints",
    "Cookie": "its keywords are the constraints",
    "Path": "its keywords are the constraints",
    "Form": "its keywords are the constraints",
    "File": "its keywords are the constraints",
    "Body": "its keywords are the constraints",
}
"""Functions whose keywords are promised to users one by one."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, str, Function]]:
    """Where, the qualified name and the node of every function, nested ones too."""
    for module, path in modules().items():
        for name, node in _inside(tree(module), ""):
            yield f"{path.relative_to(ROOT)}:{node.lineno}", name, node


def _inside(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield prefix + child.name, child
        inner = f"{prefix}{child.name}." if isinstance(child, Function | ast.ClassDef) else prefix
        yield from _inside(child, inner)


def _lines(node: Function) -> int:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _parameters(node: Function) -> int:
    args = node.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    return len(names) - (1 if names[:1] in (["self"], ["cls"]) else 0)


def _is_overload(node: Function) -> bool:
    return any(ast.unparse(decorator).rpartition(".")[2] == "overload" for decorator in node.decorator_list)


def test_no_file_is_longer_than_a_chapter() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules().values()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > FILE
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert {f"{where} {name}": _lines(node) for where, name, node in functions() if _lines(node) > BODY} == {}


def test_no_function_takes_more_than_eight_parameters() -> None:
    wide = {
        f"{where} {name}": _parameters(node)
        for where, name, node in functions()
        if _parameters(node) > PARAMETERS and name not in WIDE and not _is_overload(node)
    }
    assert wide == {}
