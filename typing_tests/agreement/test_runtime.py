"""The run time tells each mistake of the cases with the expected code, sentence and line, and nothing else.

`told.txt` is every sentence.  After a wanted change,
`python -m typing_tests.agreement.test_runtime` writes it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from responder._contract.rules import CODES
from typing_tests.agreement.expected import Case, cases
from typing_tests.agreement.runtime import run

CASES = cases()
SENTENCES = Path(__file__).parent / "told.txt"
PYDANTIC = re.compile(r"(?<=can not be validated: ).*")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.stem)
def test_the_run_time_tells_what_is_expected_where_it_is_expected(case: Case) -> None:
    told: dict[int, list[str]] = {}
    sentences: list[str] = []
    for one in run(case):
        statement = case.at(one.line)
        told.setdefault(statement.first, []).append(one.code)
        sentences.append(f"{one.line}: [{one.code}] {one.sentence}")
    expected = {one.first: one.codes("runtime") for one in case.statements if one.codes("runtime")}
    assert {line: sorted(codes) for line, codes in told.items()} == expected, "\n".join(sentences)


def sentences() -> str:
    """Every sentence that is told, with its place, one a line; pydantic's own words are left out."""
    return "".join(
        f"{case.path.name}:{one.line}: [{one.code}] {PYDANTIC.sub('...', one.sentence)}\n"
        for case in CASES
        for one in run(case)
    )


def test_every_sentence_is_as_it_was_read_and_found_good() -> None:
    assert sentences() == SENTENCES.read_text(encoding="utf-8")


def test_there_are_many_cases_right_and_wrong() -> None:
    statements = [one for case in CASES for one in case.statements if hasattr(one.node, "decorator_list")]
    wrong = [one for one in statements if one.expected]
    assert len(wrong) >= 100
    assert len(statements) - len(wrong) >= 60


def test_every_difference_has_a_reason_and_every_code_exists() -> None:
    everything = [one for case in CASES for statement in case.statements for one in statement.expected]
    assert [one for one in everything if len(one.readers) == 1 and not one.reason] == []
    assert {one.code for one in everything} <= CODES


if __name__ == "__main__":
    SENTENCES.write_text(sentences(), encoding="utf-8")
