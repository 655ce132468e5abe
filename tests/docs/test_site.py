"""The pages and the reference become a site, and a warning on the way is an error."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.house.test_public_names import PROMISED, is_ours

REFERENCE = ROOT / "docs" / "reference"
DESCRIBED = re.compile(r"^\.\. automodule:: (\S+)$", re.MULTILINE)


def test_every_promised_module_is_in_the_reference_once() -> None:
    described = Counter(
        name for page in REFERENCE.glob("*.md") for name in DESCRIBED.findall(page.read_text())
    )
    assert described == Counter(PROMISED.keys())


def test_the_front_page_of_the_reference_says_where_each_name_is_described() -> None:
    page = (REFERENCE / "front.md").read_text(encoding="utf-8")
    assert [name for name in PROMISED["responder"].split() if f"`{name}`" not in page] == []


def test_every_page_of_the_tour_is_in_its_contents_once() -> None:
    contents = (ROOT / "docs" / "contents.md").read_text(encoding="utf-8")
    pages = {f"tour/{page.stem}" for page in (ROOT / "docs" / "tour").glob("*.md")}
    assert Counter(re.findall(r"^tour/\S+$", contents, re.MULTILINE)) == Counter(pages)


def test_every_page_of_the_tour_is_named_where_a_newcomer_begins() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = (ROOT / "docs" / "tour").glob("*.md")
    assert [page.name for page in pages if f"(tour/{page.name})" not in index] == []


def test_links_into_a_page_lead_to_one_of_its_headings() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in (ROOT / "docs").rglob("*.md")
        for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page))
        if "#" in target and "://" not in target and not leads_to_a_heading(page, target)
    ]
    assert broken == []


def leads_to_a_heading(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    other = page.parent / name if name else page
    titles = re.findall(r"^#+ (.*)$", without_code(other), re.MULTILINE)
    return anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def without_code(page: Path) -> str:
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The site, and what was said while it was built; that takes a while, so it has a limit of its own."""
    if importlib.util.find_spec("sphinx") is None and "REQUIRE_SPHINX" not in os.environ:
        pytest.skip("sphinx is not installed")
    folder = tmp_path_factory.mktemp("site")
    run = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": ""},
    )
    return folder, run.stderr or f"status {run.returncode}" * bool(run.returncode)


def test_the_site_builds_without_a_warning(site: tuple[Path, str]) -> None:
    folder, said = site
    assert said == ""
    assert (folder / "rules.html").is_file()


def test_the_reference_describes_every_promised_class_and_function(site: tuple[Path, str]) -> None:
    pages = site[0] / "reference"
    assert 'id="responder.api.API"' in (pages / "application.html").read_text(encoding="utf-8")
    assert undescribed(pages) == []


def undescribed(pages: Path) -> list[str]:
    """The promised classes and functions that no page of the reference describes."""
    text = "".join(page.read_text(encoding="utf-8") for page in pages.glob("*.html"))
    described = {name.rpartition(".")[2] for name in re.findall(r'id="(responder\.[\w.]+)"', text)}
    missing: list[str] = []
    for module, names in PROMISED.items():
        for name in names.split():
            value: object = getattr(importlib.import_module(module), name)
            told = inspect.isclass(value) or inspect.isfunction(value)
            if told and is_ours(value) and name not in described:
                missing.append(f"{module}.{name}")
    return missing
