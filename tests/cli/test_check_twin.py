"""`responder check` tells of a module what the run time and the plugin tell: the same cases are judged."""

from __future__ import annotations

import pytest

from responder.ext.cli.checking import check
from responder.ext.cli.targets import read_target
from tests.cli.imports import forgotten
from typing_tests.agreement.expected import Case, cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.path.stem)
def test_a_module_is_judged_whole_although_each_mistake_raises_by_itself(
    case: Case,
) -> None:
    with forgotten(case.path.parent):
        outcome = check(read_target(str(case.path)))
    told: dict[int, list[str]] = {}
    for fault in outcome.faults:
        if fault.rule != "dependency-unused":
            assert fault.line is not None, fault
            told.setdefault(case.at(fault.line).first, []).append(fault.code)
    expected = {one.first: one.codes("runtime") for one in case.statements if one.codes("runtime")}
    assert {line: sorted(codes) for line, codes in told.items()} == expected, "\n".join(
        f"{fault.line}: [{fault.code}] {fault.message}" for fault in outcome.faults
    )
