"""The command line: `responder run`, `dev`, `routes`, `check`, `build`, and more.

- `cli`: does what the command line says; what the console script and `python -m responder` call
- `arguments`: the table of commands, their help and exit statuses
- `commands`: what a command is; each has a module: `running`, `listing`, `checking`, `building`, `documents`,
  `clienting`, `annotating`
- `writing`: where the text goes that a command makes
- `targets`, `load`, `remote`: from what the user names to an application
- `served`: the application in a process that the server started
"""

from __future__ import annotations

from responder.ext.cli.arguments import cli

__all__ = ["cli"]
