"""How these pages become a site: `python -m sphinx -W -b html docs <folder>`, where a warning is an error.

The pages are Markdown that reads well as it is; the reference is written from the docstrings.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from responder import __version__  # noqa: E402  # found through the line above

project = "Responder"
author = "The Responder authors"
copyright = "The Responder authors"  # noqa: A001  # Sphinx calls it so
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "contents"
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Responder {__version__}"
html_show_sphinx = False

myst_heading_anchors = 4
myst_enable_extensions = ["fieldlist"]
suppress_warnings = ["myst.xref_missing", "ref.python"]
"""Links out of this folder lead to files of the repository, and tests/docs sees that they are there; members
of several classes have the same name."""

default_role = "code"
NOT_OURS = (
    "object Exception BaseException dict str int tuple TypedDict HTTPException BaseModel Protocol Enum "
    "Formatter Filter Logger LogRecord"
)
"""Classes that ours derive from and whose members the reference leaves to their own."""

autodoc_default_options = {
    "members": True,
    "member-order": "bysource",
    "show-inheritance": True,
    "inherited-members": ",".join(NOT_OURS.split()),
}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
add_module_names = False


class _Sphinx(Protocol):
    def connect(self, event: str, callback: object) -> int: ...


def setup(app: _Sphinx) -> None:
    """Read docstrings as they are written: like the pages, with blocks that are indented."""
    app.connect("autodoc-process-docstring", _as_restructured_text)


def _as_restructured_text(
    app: object, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Mark what is code, and set lists apart, as reStructuredText wants it."""
    marked: list[str] = []
    fenced = False
    for line in lines:
        if line.lstrip().startswith("```"):
            fenced = not fenced
            marked.extend([".. code-block:: python", ""] if fenced else [""])
            continue
        if fenced:
            marked.append(f"   {line}")
            continue
        last = next((one for one in reversed(marked) if one.strip()), "")
        indented = _indent(line) > _indent(last)
        if line.strip() and indented and last.endswith(":") and not last.endswith("::"):
            marked[len(marked) - 1 - [bool(one.strip()) for one in reversed(marked)].index(True)] = f"{last}:"
        in_list = last.lstrip().startswith(("- ", "* "))
        if line.strip() and marked and marked[-1].strip():
            starts = line.lstrip().startswith(("- ", "* "))
            if (starts and not in_list and not indented) or (in_list and not starts and not indented):
                marked.append("")
        marked.append(line)
    lines[:] = marked


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
