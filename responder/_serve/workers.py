"""Several processes that serve one socket: started together, replaced when one dies, ended together.

Each worker is a fresh interpreter that imports the application by its place.  A pipe leads to each: "stop"
and "now" go down, "ready" comes up, and when it breaks the other side is gone: a worker whose parent died
ends too.  So it does not matter whether a signal reaches the parent alone or every process at once, as a
terminal and systemd do.  Called by `running`.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Final

from responder._contract.frozen import frozen
from responder._http.problems import ConfigurationError
from responder._serve import server
from responder._serve.lastresort import LEFT_BEHIND
from responder._serve.server import FORCED, STARTUP_FAILURE, Stopping

_NAME: Final = "responder-worker"
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_MARGIN: Final = 1.0
"""Seconds that a worker has beyond its own deadline before it is killed."""
_PAUSE: Final = 1.0
"""Seconds before a worker that died young is replaced."""

_log = logging.getLogger("uvicorn.error")
_spawn = multiprocessing.get_context("spawn")


@frozen
class Job:
    """What every worker is to do."""

    place: str
    """Where the application is, as `module:name`."""
    options: Mapping[str, object]
    stopping: Stopping


def serve(job: Job, count: int) -> None:
    """Serve with so many processes until told to stop; `SystemExit` unless all of them ended well."""
    if multiprocessing.current_process().name.startswith(_NAME):
        raise ConfigurationError(
            "A worker has started workers of its own: put the call of run() under "
            'if __name__ == "__main__", because every worker imports the file anew.'
        )
    multiprocessing.allow_connection_pickling()
    status = Supervisor(job, count).run()
    if status:
        sys.exit(status)


class Worker:
    """One process, seen from its parent."""

    def __init__(self, job: Job, listener: socket.socket, number: int) -> None:
        self.pipe, theirs = _spawn.Pipe()
        self.ready = False
        self.born = time.monotonic()
        self.process: SpawnProcess = _spawn.Process(
            target=work, args=(job, [listener], theirs), name=f"{_NAME}-{number}"
        )
        self.process.start()
        theirs.close()

    def tell(self, word: str) -> None:
        """Say something to it, if it is still there."""
        try:
            self.pipe.send(word)
        except OSError:
            pass

    def hear(self) -> None:
        """Take in what it said."""
        try:
            self.ready = self.pipe.recv() == "ready" or self.ready
        except (OSError, EOFError):
            self.pipe.close()

    def bury(self) -> int:
        """Its exit status; it has ended, or is ended here."""
        if self.process.exitcode is None:
            self.process.kill()
        self.process.join()
        self.pipe.close()
        return self.process.exitcode or 0


class Supervisor:
    """The parent of the workers."""

    def __init__(self, job: Job, count: int) -> None:
        self.job = job
        self.count = count
        self.workers: list[Worker] = []
        self.signals: list[int] = []
        self._ears, self._mouth = _spawn.Pipe(duplex=False)
        self._number = 0

    def run(self) -> int:
        """The exit status."""
        config = server.make_config(self.job.place, self.job.options)
        with self._hearing():
            listener = config.bind_socket()
            _log.info("Started parent process [%d]", os.getpid())
            for _ in range(self.count):
                self._start(listener)
            failed = self._keep(listener)
            # Closed here too, so that nobody can connect once the last worker has stopped listening.
            listener.close()
            status = self._end()
            if config.uds and os.path.exists(config.uds):
                os.remove(config.uds)
        _log.info("Stopping parent process [%d]", os.getpid())
        return STARTUP_FAILURE if failed else status

    @contextmanager
    def _hearing(self) -> Generator[None, None, None]:
        def hear(number: int, frame: object) -> None:
            self.signals.append(number)
            self._mouth.send_bytes(b".")

        before = {number: signal.signal(number, hear) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._ears.close()
            self._mouth.close()

    def _start(self, listener: socket.socket) -> None:
        self._number += 1
        self.workers.append(Worker(self.job, listener, self._number))

    def _keep(self, listener: socket.socket) -> bool:
        """Keep the workers going until told to stop; say whether one of them could never start."""
        while not self.signals:
            self._wait(None)
            for worker in [one for one in self.workers if one.process.exitcode is not None]:
                status = worker.bury()
                self.workers.remove(worker)
                # Whom a signal ended, such as the one for want of memory, was not at fault itself.
                if status >= 0 and not worker.ready and self._number <= self.count:
                    _log.error("Worker [%s] did not start; stopping", worker.process.pid)
                    return True
                if self.signals:
                    break
                _log.warning("Worker [%s] ended with status %d", worker.process.pid, status)
                if time.monotonic() - worker.born < _PAUSE:
                    wait([self._ears], _PAUSE)
                self._start(listener)
        return False

    def _end(self) -> int:
        for worker in self.workers:
            worker.tell("stop")
        stopping = self.job.stopping
        forced = self._await_end(1, stopping.delay + stopping.grace + _MARGIN)
        if forced:
            for worker in self.workers:
                worker.tell("now")
            self._await_end(sys.maxsize, 2 * _MARGIN)
        statuses = [worker.bury() for worker in self.workers]
        if forced:
            return FORCED + self.signals[-1]
        return LEFT_BEHIND if any(statuses) else 0

    def _await_end(self, patience: int, seconds: float) -> bool:
        """Wait for all workers; say whether more signals came than one has patience for."""
        deadline = time.monotonic() + seconds
        while any(one.process.exitcode is None for one in self.workers):
            left = deadline - time.monotonic()
            if len(self.signals) > patience:
                return True
            if left <= 0:
                return False
            self._wait(left)
        return False

    def _wait(self, seconds: float | None) -> None:
        """Wait until a worker ends or says something, or a signal comes."""
        pipes = {one.pipe: one for one in self.workers if not one.pipe.closed}
        ends = [one.process.sentinel for one in self.workers if one.process.exitcode is None]
        for source in wait([self._ears, *ends, *pipes], seconds):
            if source is self._ears:
                self._ears.recv_bytes()
            elif isinstance(source, Connection):
                pipes[source].hear()


def work(job: Job, sockets: list[socket.socket], pipe: Connection) -> None:
    """What a worker does, in its own process."""
    # Until the server listens to signals itself; the parent passes on what a terminal tells everybody.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    config = server.make_config(job.place, job.options)
    one = server.Server(config, job.stopping)
    one.on_ready = lambda: pipe.send("ready")
    threading.Thread(target=_obey, args=(one, pipe), name="responder-orders", daemon=True).start()
    server.run(one, sockets)


def _obey(one: server.Server, pipe: Connection) -> None:
    while True:
        try:
            word = pipe.recv()
        except (OSError, EOFError):
            one.stop()
            return
        if word == "now":
            one.force(signal.SIGTERM)
        else:
            one.stop()
