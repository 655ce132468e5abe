"""Error codes: one for each family of the contract's rules, all below `responder`.

`--disable-error-code=responder` and `# type: ignore[responder]` silence all of them at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mypy.errorcodes import ErrorCode

from responder._contract.rules import CODES

CATEGORY: Final = "Responder"

RESPONDER: Final = ErrorCode("responder", "Check Responder's routes, handlers and dependencies", CATEGORY)
"""The family; by itself it is the code of a fault of the plugin."""

_SILENT: Final = frozenset({"responder-dynamic"})

BY_NAME: Final[Mapping[str, ErrorCode]] = MappingProxyType(
    {
        name: ErrorCode(
            name,
            f"Check the {name.removeprefix('responder-')} rules of docs/rules.md",
            CATEGORY,
            default_enabled=name not in _SILENT,
            sub_code_of=RESPONDER,
        )
        for name in sorted(CODES)
    }
)
"""Each code by its name."""
