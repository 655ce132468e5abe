"""Each rule that a finding can cite has its heading in docs/rules.md, and each heading is a rule."""

from __future__ import annotations

import re

from responder._contract.findings import RULES
from scripts.rules import page
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "rules.md"


def sections() -> dict[str, str]:
    """Heading to text below it, for the headings of rules."""
    parts = re.split(r"^### (\S+)\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_rule_has_a_heading() -> None:
    assert sorted(RULES.keys() - sections().keys()) == []


def test_every_heading_is_a_rule() -> None:
    assert sorted(sections().keys() - RULES.keys()) == []


def test_every_section_shows_the_code_it_is_reported_under() -> None:
    assert [
        name for name, text in sections().items() if name in RULES and f"`{RULES[name].code}`" not in text
    ] == []


def test_a_rule_is_kept_under_its_own_name() -> None:
    assert [name for name, rule in RULES.items() if rule.name != name] == []


def test_the_page_quotes_the_sentences_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(PAGE.read_text(encoding="utf-8")), (
        "run python scripts/rules.py"
    )
