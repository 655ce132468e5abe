"""Public face of calling what may hang: bounded threads, the way back from a thread to the event loop, and a
circuit breaker.

`Pool(name, limit).run(call, abandon=True)` runs a blocking call beside everything else; a caller that is
cancelled, by a deadline for instance, leaves it to itself.  `Breaker` keeps callers from waiting, one after
the other, for what hangs.  For extensions.
"""

from __future__ import annotations

from responder._http.breaker import Breaker, LeftAlone
from responder._http.threads import Pool, from_thread

__all__ = ["Breaker", "LeftAlone", "Pool", "from_thread"]
