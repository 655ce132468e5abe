"""The version of the wheel: the one place that says it.

The build reads it from here, `responder.__version__` and `responder_mypy.__version__` repeat it by import.
It lives in the contract because both packages may import that and nothing else of each other.
"""

from __future__ import annotations

__version__ = "0.1.0"
