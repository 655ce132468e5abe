"""Whether a location leaves the site, read the way browsers read it: leniently."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")


def is_external(location: str) -> bool:
    """True unless the location is provably a path, query or fragment of this site.

    Browsers drop tabs, newlines and leading space, and take a backslash for a slash; so do we.  A location
    that starts with space or a control character is never meant honestly.
    """
    if location and (location[0].isspace() or _IGNORED.match(location)):
        return True
    seen = _IGNORED.sub("", location).replace("\\", "/")
    return seen.startswith("//") or "\\" in location.partition("?")[0] or _SCHEME.match(seen) is not None
