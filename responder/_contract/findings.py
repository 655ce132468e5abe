"""What can be wrong with a declaration: `Finding`, made by `found` from a rule.

The rules themselves (name, code, sentence) are the table in `rules`.  A finding says what is wrong in one
sentence; it does not know where: the run time adds file and line, the mypy plugin adds a node.
"""

from __future__ import annotations

from dataclasses import dataclass

from responder._contract.rules import NOTES, RULES, Rule

__all__ = ["RULES", "Finding", "Rule", "found"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.

    `parameter` is the name of the parameter or path field at fault.  `offset` points into the path template.
    `hint` is the name that was probably meant; the message already holds it.
    """

    rule: Rule
    message: str
    parameter: str | None = None
    offset: int | None = None
    hint: str | None = None

    @property
    def code(self) -> str:
        """The error code that users can silence, such as `responder-path`."""
        return self.rule.code

    @property
    def is_note(self) -> bool:
        """Whether it is worth a look and no mistake for sure."""
        return self.rule.name in NOTES

    @property
    def anchor(self) -> str:
        """Where the documentation explains the rule."""
        return f"docs/rules.md#{self.rule.name}"


def found(
    rule_name: str,
    *,
    parameter: str | None = None,
    offset: int | None = None,
    hint: str | None = None,
    instead_of: str | None = None,
    note: str | None = None,
    **values: object,
) -> Finding:
    """A finding of the rule of this name.

    `values` fill the rule's sentence, and so does `parameter`.  A hint is added to the sentence as a
    question; `instead_of` names what the hint would replace when the sentence has not named it.  A note is
    added as it is.
    """
    rule = RULES[rule_name]
    message = rule.text.format_map({"parameter": parameter, **values})
    if hint is not None:
        replaced = "" if instead_of is None else f' instead of "{instead_of}"'
        message = f'{message}; did you mean "{hint}"{replaced}?'
    if note is not None:
        message = f"{message}; {note}"
    return Finding(rule, message, parameter, offset, hint)
