"""The source builder: text without anything of the user's, shared code, readable tracebacks."""

from __future__ import annotations

import asyncio
import inspect
import linecache
import sys
import traceback
from collections.abc import Callable

from responder._routing.emit import Code, Made, source_of


def answering(value: object) -> Code:
    code = Code("endpoint", "sink")
    name = code.bind("value", value)
    with code.block("if sink is not None:"):
        code.line(f"sink.append({name})")
    return code


def run(function: Made, *arguments: object) -> None:
    asyncio.run(_awaited(function, *arguments))


async def _awaited(function: Made, *arguments: object) -> None:
    await function(*arguments)


def test_values_are_closed_over_and_never_part_of_the_text() -> None:
    code = answering("it's \n a 'value'")
    assert "it's" not in code.source()
    sink: list[object] = []
    run(code.build({}, "<responder test values>"), sink)
    assert sink == ["it's \n a 'value'"]


def test_routes_of_one_shape_share_their_code() -> None:
    names: dict[str, object] = {}
    first = answering(1).build(names, "<responder test one>")
    second = answering(2).build(names, "<responder test two>")
    assert inspect.getclosurevars(first).nonlocals == {"value_0": 1}
    assert inspect.getclosurevars(second).nonlocals == {"value_0": 2}


def test_a_shape_is_compiled_once() -> None:
    names: dict[str, object] = {}
    assert compilations(lambda: answering(1).build(names, "<responder test one>")) == 1
    assert compilations(lambda: answering(2).build(names, "<responder test two>")) == 0


def compilations(work: Callable[[], object]) -> int:
    seen: list[object] = []

    def watch(frame: object, event: str, argument: object) -> None:
        if event == "c_call" and argument is compile:
            seen.append(argument)

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    return len(seen)


def test_one_value_has_one_name() -> None:
    code = Code("endpoint", "")
    marker = object()
    assert code.bind("k", marker) == code.bind("k", marker) == "k_0"
    assert code.bind("k", object()) == "k_1"
    assert code.bind("v", marker) == "v_0"


def test_tracebacks_show_the_generated_lines() -> None:
    code = Code("endpoint", "")
    code.line("raise LookupError('here')")
    function = code.build({"LookupError": LookupError}, "<responder GET /here>")
    try:
        run(function)
    except LookupError as error:
        shown = "".join(traceback.format_exception(error))
    else:
        raise AssertionError("the generated line did not run")
    assert '"<responder GET /here>"' in shown
    assert "raise LookupError('here')" in shown


def test_the_source_can_be_asked_for_and_survives_a_cache_check() -> None:
    code = answering(1)
    code.build({}, "<responder GET /source>")
    linecache.checkcache()
    assert source_of("<responder GET /source>") == code.source()


def test_an_empty_block_is_a_pass() -> None:
    code = Code("endpoint", "")
    with code.block("if True:"):
        pass
    assert "            pass\n" in code.source()
