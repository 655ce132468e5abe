"""What every test has: a limit of its own, so that a wait without end is a failure and not a silence."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from types import FrameType
from typing import NoReturn

import pytest
from hypothesis import settings

LIMIT = 90.0
"""Seconds.  Two orders above the slowest test, so that a busy machine never meets it."""


# A busy machine is no failure, and the same change has the same outcome wherever it is tested.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


def _give_up(number: int, frame: FrameType | None) -> NoReturn:
    pytest.fail(f"the test did not end within {LIMIT:.0f} seconds")


if hasattr(signal, "setitimer"):

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call() -> Generator[None, None, None]:
        """Fail a test that hangs; again every second, while what it left open hangs too."""
        before = signal.signal(signal.SIGALRM, _give_up)
        signal.setitimer(signal.ITIMER_REAL, LIMIT, 1.0)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
