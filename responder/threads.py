"""Public face of work in threads: bounded pools, and the way back from a thread to the event loop.

`Pool(name, limit).run(call, abandon=True)` runs a blocking call beside everything else; a caller that is
cancelled, by a deadline for instance, leaves it to itself.  For extensions that call what may hang.
"""

from __future__ import annotations

from responder._http.threads import Pool, from_thread

__all__ = ["Pool", "from_thread"]
