"""What code costs, counted and not timed: Python calls by `sys.setprofile`, lines by `sys.settrace`.

A count is the same on every machine, so that a test can say what twice as much may cost.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import TraceFunction


class Count:
    """What has run so far."""

    calls = 0
    lines = 0


@contextmanager
def counting() -> Generator[Count]:
    """Count the calls (into C too) and the lines that run in this thread, the two of this manager aside."""
    count = Count()

    def profile(frame: FrameType, event: str, argument: object) -> None:
        count.calls += event in ("call", "c_call")

    def trace(frame: FrameType, event: str, argument: object) -> TraceFunction:
        count.lines += event == "line"
        return trace

    before_trace, before_profile = sys.gettrace(), sys.getprofile()
    gc.disable()  # a collection in between may call back into Python
    sys.settrace(trace)
    sys.setprofile(profile)
    try:
        yield count
    finally:
        sys.setprofile(before_profile)
        sys.settrace(before_trace)
        gc.enable()


def cost(action: Callable[[], object]) -> tuple[int, int]:
    """The calls and the lines of one run."""
    with counting() as count:
        action()
    return count.calls, count.lines
