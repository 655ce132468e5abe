"""`python -m responder`: the command line."""

from __future__ import annotations

import sys

from responder.ext.cli import cli

if __name__ == "__main__":
    sys.exit(cli())
