"""`MissingPackage`: something was asked for that needs a package beyond what this one brings.

Raised where such a package is imported, by the one module that is the door to it.
"""

from __future__ import annotations


class MissingPackage(ImportError, RuntimeError):
    """A package is missing; the message names the extra that installs it.

    It is an `ImportError` and a `RuntimeError` both, so that code which catches either keeps working.
    """

    def __init__(self, what: str, package: str, *, extra: str) -> None:
        super().__init__(f"{what} needs {package}: pip install 'responder[{extra}]'", name=package)
        self.extra = extra
