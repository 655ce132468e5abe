"""Arguments checked when they are given: the words of every refusal in one place.

The type checker refuses these mistakes too; not everyone runs one.
"""

from __future__ import annotations


def expect(value: object, kinds: type | tuple[type, ...], what: str, hint: str = "") -> None:
    """`TypeError` unless the value is one of the kinds."""
    if not isinstance(value, kinds):
        names = " or ".join(kind.__name__ for kind in (kinds if isinstance(kinds, tuple) else (kinds,)))
        raise TypeError(f"{what} must be {names}, not {type(value).__name__}{hint}")


def is_status(value: object, first: int, last: int) -> bool:
    """Whether this is a status code in a range; booleans are numbers only to Python."""
    return isinstance(value, int) and not isinstance(value, bool) and first <= value <= last
