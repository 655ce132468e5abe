"""The page about types tells what the tools find now."""

from __future__ import annotations

import pytest

from typing_tests import table


def test_the_table_of_the_page_is_what_the_tools_find() -> None:
    pytest.importorskip("pyright")
    assert table.written() == table.table()
