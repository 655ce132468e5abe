"""Jobs and their progress.  Whoever watches waits on a condition; nothing is polled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

from pydantic import BaseModel

MOST = 1000
"""How many jobs are remembered."""


class Progress(BaseModel):
    """How far a job is."""

    done: int
    of: int


class Job:
    """Some steps, one after the other."""

    def __init__(self, steps: int) -> None:
        self.id: UUID = uuid4()
        self.steps = steps
        self.done = 0
        self._changed = asyncio.Condition()

    async def run(self, pause: float) -> None:
        """Do it all."""
        while self.done < self.steps:
            await asyncio.sleep(pause)
            async with self._changed:
                self.done += 1
                self._changed.notify_all()

    async def watch(self, after: int) -> AsyncIterator[Progress]:
        """Every step after some, as they are done; ends with the job."""
        seen = after
        while seen < self.steps:
            async with self._changed:
                while self.done <= seen:
                    await self._changed.wait()
            seen += 1
            yield Progress(done=seen, of=self.steps)


class Jobs:
    """All jobs, the oldest forgotten first."""

    def __init__(self) -> None:
        self._jobs: dict[UUID, Job] = {}

    def add(self, steps: int) -> Job:
        """A new job, which somebody has to run."""
        job = Job(steps)
        self._jobs[job.id] = job
        if len(self._jobs) > MOST:
            del self._jobs[next(iter(self._jobs))]
        return job

    def find(self, id: UUID) -> Job | None:
        """A job that is remembered."""
        return self._jobs.get(id)
