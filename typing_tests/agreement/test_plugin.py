"""mypy with the plugin tells each mistake of the cases where it is expected, and nothing else: with an empty
cache, with a full one, and with several processes.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from pathlib import Path

import pytest

from responder._contract.rules import RULES
from typing_tests.agreement import plugin, runtime
from typing_tests.agreement.expected import Case, cases
from typing_tests.agreement.plugin import Said, differences
from typing_tests.agreement.test_runtime import PYDANTIC

CASES = cases()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cache is kept for all of these tests."""
    return tmp_path_factory.mktemp("agreement")


@pytest.fixture(scope="module")
def cold(directory: Path) -> Mapping[str, list[Said]]:
    """What is said at first."""
    return plugin.run(directory)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.stem)
def test_the_plugin_tells_what_is_expected_where_it_is_expected(
    case: Case, cold: Mapping[str, list[Said]]
) -> None:
    said = cold.get(case.path.stem, [])
    assert differences(case, said) == [], said


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.stem)
def test_a_full_cache_changes_nothing(
    case: Case, cold: Mapping[str, list[Said]], warm: Mapping[str, list[Said]]
) -> None:
    assert [*map(str, warm.get(case.path.stem, []))] == [*map(str, cold.get(case.path.stem, []))]


@pytest.fixture(scope="module")
def warm(directory: Path, cold: Mapping[str, list[Said]]) -> Mapping[str, list[Said]]:
    """What is said the second time."""
    assert cold
    return plugin.run(directory)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.stem)
def test_both_readers_say_the_same_sentence(case: Case, cold: Mapping[str, list[Said]]) -> None:
    runtime_says = _sentences(case, [(one.line, one.code, one.sentence) for one in runtime.run(case)])
    plugin_says = _sentences(
        case, [(one.line, one.code, one.sentence) for one in cold.get(case.path.stem, [])]
    )
    both = set(runtime_says) & set(plugin_says)
    differing = [(runtime_says[place], plugin_says[place]) for place in both]
    # At the decorator's line the run time does not know the dependencies yet, and words its guess otherwise.
    early = " instead of "
    assert [pair for pair in differing if pair[0] != pair[1] and early not in str(pair[0])] == []


def _sentences(case: Case, told: list[tuple[int, str, str]]) -> Mapping[tuple[int, str], set[str]]:
    result: dict[tuple[int, str], set[str]] = {}
    for line, code, sentence in told:
        # What pydantic can't read is told in its own words at run time.
        result.setdefault((case.at(line).first, code), set()).add(PYDANTIC.sub("...", sentence))
    return result


def _pattern(text: str) -> str:
    parts = string.Formatter().parse(text)
    return "".join(re.escape(plain) + ("" if field is None else ".*") for plain, field, _, _ in parts)


def test_every_sentence_is_one_of_the_rules(cold: Mapping[str, list[Said]]) -> None:
    texts = {_pattern(rule.text) for rule in RULES.values()}
    sentences = [one.sentence for said in cold.values() for one in said]
    assert [one for one in sentences if not any(re.match(text, one) for text in texts)] == []
