"""Work that no response waits for."""

from __future__ import annotations

import asyncio
import threading
import time

from responder import API


def test_a_task_runs_after_the_answer_was_given() -> None:
    api = API()
    done = threading.Event()
    go = threading.Event()

    @api.route("/")
    async def hello(req, resp):
        @api.background.task
        def sleep(seconds: float) -> str:
            go.wait(10)
            done.set()
            return f"slept {seconds}"

        sleep(0.01)
        resp.media = {"done": done.is_set()}

    with api.requests as client:
        assert client.get("/").json() == {"done": False}
        assert len(api.background.results) == 1
        go.set()
    assert done.is_set()
    assert api.background.results == []


def test_results_can_be_waited_for() -> None:
    api = API()

    @api.get("/")
    async def home(req, resp):
        resp.media = [
            await api.background(lambda number: number + 1, 1),
            await asyncio.wrap_future(api.background.run(pow, 2, 5)),
        ]

    assert api.requests.get("/").json() == [2, 32]


def test_async_work_runs_on_the_loop_of_the_application() -> None:
    api = API()
    loops: list[object] = []

    async def where() -> None:
        loops.append(asyncio.get_running_loop())

    @api.get("/")
    async def home(req, resp):
        loops.append(asyncio.get_running_loop())
        api.background.run(where)

    with api.requests as client:
        client.get("/")
    assert len(loops) == 2
    assert loops[0] is loops[1]


def test_tasks_of_a_response_run_after_it_in_order() -> None:
    api = API()
    told: list[str] = []

    def plain(word: str) -> None:
        time.sleep(0)
        told.append(word)

    async def awaited(word: str) -> None:
        told.append(word)

    @api.get("/")
    def home(req, resp):
        resp.background(plain, "one")
        resp.background(awaited, word="two")
        resp.background(plain, "three")
        resp.media = list(told)

    assert api.requests.get("/").json() == []
    assert told == ["one", "two", "three"]


def test_background_work_is_finished_before_the_application_ends() -> None:
    api = API()
    told: list[str] = []

    def work() -> None:
        time.sleep(0.05)
        told.append("done")

    @api.get("/")
    def home(req, resp):
        api.background.run(work)

    with api.requests as client:
        client.get("/")
    assert told == ["done"]
