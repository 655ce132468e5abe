"""Host patterns: `admin.example.com`, `{tenant}.example.com`, and what they say of a request.

Case does not count, nor does the port.  A field takes one label.  Pure.  Called by `mounts`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.types import Scope

from responder._contract.frozen import frozen
from responder._http.problems import ConfigurationError

_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?", re.ASCII)
_FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)
_HEADER = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(?::[0-9]*)?")


@frozen
class HostPattern:
    """One pattern: a text or a field's name for each label."""

    text: str
    labels: tuple[str, ...]
    fields: tuple[str | None, ...]

    def match(self, host: str) -> Mapping[str, str] | None:
        """The values of the fields, or None when a host is another one."""
        found = host.split(".")
        if len(found) != len(self.labels):
            return None
        values: dict[str, str] = {}
        for label, field, given in zip(self.labels, self.fields, found, strict=True):
            if field is not None and given:
                values[field] = given
            elif field is not None or label != given:
                return None
        return values


def read_pattern(text: object) -> HostPattern:
    """Read a pattern, or raise what is wrong with it."""
    if not isinstance(text, str) or not text:
        raise ConfigurationError(f"host() takes a name such as 'admin.example.com', not {text!r}.")
    labels: list[str] = []
    fields: list[str | None] = []
    for label in text.split("."):
        field = _FIELD.fullmatch(label)
        if field is None and not _LABEL.fullmatch(label):
            raise ConfigurationError(
                f"The host {text!r} is no name: a label is letters, digits and dashes, or a {{field}};"
                " a port is not part of it."
            )
        if field is not None and field[1] in fields:
            raise ConfigurationError(f"The host {text!r} has two fields of the name {field[1]!r}.")
        labels.append("" if field else label.lower())
        fields.append(field[1] if field else None)
    return HostPattern(text, tuple(labels), tuple(fields))


def host_of(scope: Scope) -> str | None:
    """The host that a request names, in lower case; None when it names none, or two."""
    lines = [value for name, value in scope["headers"] if name == b"host"]
    found = _HEADER.fullmatch(lines[0]) if len(lines) == 1 else None
    return None if found is None else found[1].decode("ascii").lower().removesuffix(".")
