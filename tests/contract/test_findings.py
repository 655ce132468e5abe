"""The table of rules, and every place that cites one."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from responder._contract.findings import RULES, found
from responder._contract.hints import resemblance
from responder._contract.rules import CODES, Rule

ROOT = Path(__file__).resolve().parents[2]
HINTS = {"parameter", "offset", "hint", "instead_of", "note"}


def citations() -> Iterator[tuple[str, str, set[str]]]:
    """Every `found("rule", name=...)` of both packages: where, which rule, which values."""
    for folder in ("responder", "responder_mypy"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                    continue
                if node.func.id == "found" and node.args and isinstance(node.args[0], ast.Constant):
                    values = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", str(node.args[0].value), values


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_citation_names_a_rule_and_fills_its_sentence() -> None:
    cited = list(citations())
    assert len(cited) > 30
    wrong = [
        f"{where}: {rule} lacks {sorted(missing)}"
        for where, rule, values in cited
        if (missing := placeholders(RULES[rule].text) - values if rule in RULES else {"a rule"})
    ]
    assert wrong == []


def test_no_citation_passes_a_value_that_its_sentence_does_not_show() -> None:
    wrong = [
        f"{where}: {rule} does not show {sorted(spare)}"
        for where, rule, values in citations()
        if rule in RULES and (spare := values - HINTS - placeholders(RULES[rule].text))
    ]
    assert wrong == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_is_one_capitalised_sentence_without_a_full_stop(rule: Rule) -> None:
    text = rule.text
    assert text[0].isupper() or text[0] in '"{' or text.startswith(("params_model", "response_model"))
    assert not text.endswith(".")
    assert "\n" not in text


def test_names_and_codes_are_plain_words_with_dashes() -> None:
    assert [name for name in RULES if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []
    assert [code for code in CODES if not re.fullmatch(r"responder-[a-z]+", code)] == []


def test_a_finding_shows_its_values_also_when_they_hold_braces() -> None:
    finding = found("template-open", offset=3, template="/a/{b")
    assert finding.message == 'Unmatched "{" in path template "/a/{b"'
    assert (finding.code, finding.offset) == ("responder-template", 3)
    assert finding.anchor == "docs/rules.md#template-open"


def test_a_hint_is_asked_at_the_end_of_the_sentence() -> None:
    finding = found("convertor-unknown", parameter="id", convertor="itn", hint="int")
    assert finding.message == 'Unknown convertor "itn" for path parameter "id"; did you mean "int"?'
    instead = found("path-not-accepted", parameter="id", handler="f", hint="id", instead_of="ident")
    assert instead.message.endswith('; did you mean "id" instead of "ident"?')


@pytest.mark.parametrize(
    ("name", "candidates", "meant"),
    [
        ("id", ["user_id"], "user_id"),
        ("user_id", ["id", "team"], "id"),
        ("user", ["user_id"], "user_id"),
        ("usre", ["user", "team"], "user"),
        ("limit", ["name"], None),
        ("x", [], None),
        ("same", ["same"], None),
        ("", ["a"], None),
        ("pet-name", ["pet_name"], "pet_name"),
    ],
)
def test_a_resemblance_is_a_suffix_first_and_a_misspelling_second(
    name: str, candidates: list[str], meant: str | None
) -> None:
    assert resemblance(name, candidates) == meant


def test_of_two_owners_the_better_spelling_is_guessed() -> None:
    assert resemblance("users_id", ["user_id", "team_id"]) == "user_id"
