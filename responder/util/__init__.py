"""Small public tools around an application.

- `cmd`: the command line as a process, for tests
- `python`: from a target to an application
- `net`: who a client is
"""

from __future__ import annotations
