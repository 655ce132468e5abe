"""Bring docs/rules.md up to date with the table of rules.

    python scripts/rules.py            write it
    python scripts/rules.py --check    only say whether it is up to date

Headings, codes and sentences come from the table.  What stands below them on the page is written by hand, and
kept.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from responder._contract.findings import RULES, Rule

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
HEAD = """\
# Rules

What a declaration can get wrong.  Each rule has a name, the code under which it is reported (and under which
mypy can silence it), and one sentence; `{...}` stands for names of yours.

At the decorator, and when the application is sealed, findings are raised together as a `RouteError`;
`api.check()` returns them all, those that don't stop the application too.  `responder_mypy` reports the same
codes in the editor.
"""


def parts(written: str) -> tuple[dict[str, str], dict[str, str]]:
    """What was written by hand: the text below each code's heading, and below each rule's sentence."""
    codes: dict[str, str] = {}
    rules: dict[str, str] = {}
    for chunk in re.split(r"^(?=##)", written, flags=re.MULTILINE):
        heading, _, text = chunk.partition("\n")
        if heading.startswith("### "):
            _, _, prose = text.lstrip().partition("\n\n")
            rules[heading.removeprefix("### ")] = prose.strip()
        elif heading.startswith("## "):
            codes[heading.removeprefix("## ").strip("`")] = text.strip()
    return codes, rules


def families() -> Mapping[str, list[Rule]]:
    """The rules by code, both in the order of the table."""
    grouped: dict[str, list[Rule]] = {}
    for rule in RULES.values():
        grouped.setdefault(rule.code, []).append(rule)
    return grouped


def lines(written: str) -> Iterator[str]:
    """The page, piece by piece."""
    codes, rules = parts(written)
    yield HEAD
    for code, family in families().items():
        yield f"## `{code}`\n"
        if codes.get(code):
            yield f"{codes[code]}\n"
        for rule in family:
            sentence = rule.text.replace("{{", "{").replace("}}", "}")
            yield f"### {rule.name}\n"
            yield f"`{code}`: {sentence}\n"
            if rules.get(rule.name):
                yield f"{rules[rule.name]}\n"


def page(written: str) -> str:
    """The page as it should be, given the page as it is."""
    return "\n".join(lines(written))


def main(arguments: list[str]) -> int:
    """Write the page or check it."""
    written = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    wanted = page(written)
    if arguments == ["--check"]:
        if written != wanted:
            print("docs/rules.md is out of date: run python scripts/rules.py")
        return int(written != wanted)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
