"""Where a finding belongs: the parameter at fault, the field in the path, or the handler as a whole."""

from __future__ import annotations

from collections.abc import Iterable

from mypy.checker import TypeChecker
from mypy.nodes import Context, Expression

from responder._contract.findings import Finding
from responder._contract.frozen import record
from responder_mypy.compat import tell
from responder_mypy.constants import inside, text_of
from responder_mypy.reading import Read


@record
class Site:
    """The places of one declaration."""

    chk: TypeChecker
    whole: Context
    """The handler, or the call that declares it."""
    path: Expression | None = None
    """Where the path is written."""

    def tell(self, findings: Iterable[Finding], read: Read | None = None) -> None:
        """Report findings, each where it belongs."""
        for finding in findings:
            tell(self.chk, finding, self._place(finding, read), origin=self.whole)

    def _place(self, finding: Finding, read: Read | None) -> Context:
        if finding.rule.name == "path-not-accepted":
            return self._field(finding.parameter or "")
        param = None if read is None else read.params.get(finding.parameter or "")
        return self.whole if param is None else param.place or self.whole

    def _field(self, name: str) -> Context:
        text = text_of(self.path)
        if self.path is None or text is None:
            return self.whole
        return in_text(self.path, text, name)


def in_text(path: Expression, text: str, name: str) -> Context:
    """The field of this name inside of a path, or all of the path."""
    for end in ("}", ":"):
        offset = text.find(f"{{{name}{end}")
        if offset >= 0:
            return inside(path, text, offset + 1, len(name))
    return path


def at_offset(path: Expression, text: str, finding: Finding) -> Context:
    """The place that a finding about a path points to."""
    if finding.offset is None:
        return in_text(path, text, finding.parameter or "")
    return inside(path, text, finding.offset, 1)
