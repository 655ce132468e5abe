"""Start jobs, and watch them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, Field

from examples.live.jobs import Job, Jobs, Progress
from responder import API, SSE, Problem, Registry, Request, Response, provider

STATIC = Path(__file__).parent / "static"


class Deps(Registry):
    """What handlers ask for by name."""

    jobs = provider(Jobs, scope="app")


api = API(registry=Deps, static_dir=STATIC, title="Live", version="1.0", docs_route="/docs")


class JobIn(BaseModel):
    """A job to do."""

    steps: int = Field(ge=1, le=1000)
    pause: float = Field(0.1, ge=0, le=1)
    """Seconds that each step takes."""


class JobOut(BaseModel):
    """A job, and where to watch it."""

    id: UUID
    done: int
    of: int
    events: str


class NoSuchJob(Problem):
    """There is no such job, or it is forgotten."""

    status = 404
    type = "/problems/no-such-job"
    title = "No such job"


def _found(jobs: Jobs, id: UUID) -> Job:
    job = jobs.find(id)
    if job is None:
        raise NoSuchJob(detail=f"There is no job {id}.")
    return job


def _shown(job: Job) -> JobOut:
    return JobOut(id=job.id, done=job.done, of=job.steps, events=api.url_for(watch, id=job.id))


@api.get("/", include_in_schema=False)
async def page(resp: Response) -> None:
    """Show the page."""
    resp.file(STATIC / "index.html")


@api.post("/jobs", status_code=201)
async def start(resp: Response, *, job: JobIn, jobs: Jobs) -> JobOut:
    """Start a job; it goes on when nobody watches."""
    started = jobs.add(job.steps)
    api.background.run(started.run, job.pause)
    resp.headers["Location"] = api.url_for(show, id=started.id)
    return _shown(started)


@api.get("/jobs/{id:uuid}")
async def show(*, id: UUID, jobs: Jobs) -> JobOut:
    """Say how far a job is."""
    return _shown(_found(jobs, id))


@api.sse("/jobs/{id:uuid}/events", heartbeat=15)
async def watch(req: Request, *, id: UUID, jobs: Jobs) -> AsyncIterator[SSE[Progress]]:
    """Watch a job; a client that comes back goes on where it was."""
    job = _found(jobs, id)
    last = req.last_event_id or "0"
    async for progress in job.watch(int(last) if last.isdecimal() and len(last) < 10 else 0):
        yield SSE(progress, event="progress", id=progress.done)
    yield SSE(event="finished", data=Progress(done=job.steps, of=job.steps))
