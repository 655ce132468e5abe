"""What starts applications, for those who are not the application itself: the command line and tools like it.

`api.run()` and `api.serve()` are what users call.
"""

from __future__ import annotations

from responder._contract.version import __version__
from responder._serve.debugging import debugging, importing
from responder._serve.running import run as serve
from responder._serve.running import where as listens_on

__all__ = ["VERSION", "debugging", "importing", "listens_on", "serve"]

VERSION = __version__
"""The version of this package."""
