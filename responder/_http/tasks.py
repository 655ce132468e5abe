"""After-response tasks: what `resp.background` asked for, run once the answer is out."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable
from typing import cast

from responder._http import threads
from responder._http.callables import is_async
from responder._http.extras import Task
from responder._http.response import Response

_log = logging.getLogger("responder.errors")


async def run_background(response: Response) -> None:
    """Run the tasks in order.

    One that fails does not stop the next; the first failure is raised when all have run, so that it reaches
    the error layer, and any further one is logged.
    """
    extras = response._extras
    if extras is None or not extras.tasks:
        return
    tasks, extras.tasks = extras.tasks, []
    failure: Exception | None = None
    for task in tasks:
        try:
            await _run(task)
        except Exception as exc:  # the tasks are the application's; each is isolated from the others
            if failure is None:
                failure = exc
            else:
                _log.exception("A background task failed after another one had")
    if failure is not None:
        raise failure


async def _run(task: Task) -> None:
    function = task.function
    if is_async(inspect.unwrap(function)):
        result = function(*task.args, **task.kwargs)
    else:
        result = await threads.run(function, *task.args, **task.kwargs)
    if inspect.isawaitable(result):
        await cast("Awaitable[object]", result)
