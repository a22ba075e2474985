"""Several processes that serve on one socket."""

import os
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from multiprocessing import Pipe, get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Final

import structlog

from app.core.config import Settings

ENDS_PER_MINUTE: Final = 10
MINUTE: Final = 60.0
STOPS: Final = (signal.SIGINT, signal.SIGTERM)

log = structlog.get_logger()

Serve = Callable[[socket.socket, Settings], None]


class Supervisor:
    """Keeps the workers running: one that is killed is replaced, one that fails ends all.

    So do many that are killed within a minute, as where memory is short: whoever watches this
    process then hears of it, and decides when to try again.

    uvicorn has one too. It hears a signal up to half a second late, and until then clients
    connect to a socket that no worker accepts from.
    """

    def __init__(
        self, count: int, listener: socket.socket, serve_on: Serve, settings: Settings
    ) -> None:
        self.count = count
        self.listener = listener
        self.arguments = (serve_on, listener, settings)
        self.workers: dict[int, SpawnProcess] = {}
        self.ends: deque[float] = deque(maxlen=ENDS_PER_MINUTE)
        self.stopping = False
        self.exit_code = 0

    def run(self) -> int:
        """Run the workers until a signal stops them, and return the exit code."""
        bell, ring = Pipe(duplex=False)
        for number in STOPS:
            signal.signal(number, lambda *_: ring.send(None))
        for _ in range(self.count):
            self.start_worker()
        while self.workers:
            for ready in wait([bell, *self.workers]):
                if ready is bell:
                    bell.recv()
                    self.stop()
                elif isinstance(ready, int):
                    self.replace(self.workers.pop(ready))
        return self.exit_code

    def start_worker(self) -> None:
        """Start one more."""
        worker = get_context("spawn").Process(target=work, args=self.arguments)
        worker.start()
        self.workers[worker.sentinel] = worker

    def replace(self, ended: SpawnProcess) -> None:
        """Start another in the place of one that has ended, unless that would end as well."""
        ended.join()
        if self.stopping:
            return
        log.error("worker_ended", pid=ended.pid, exit_code=ended.exitcode)
        if ended.exitcode and ended.exitcode > 0:  # by an error of its own, not by a signal
            self.exit_code = ended.exitcode
            self.stop()
        elif self.end_too_often():
            log.error("workers_end_too_often", ends=ENDS_PER_MINUTE)
            self.exit_code = 1
            self.stop()
        else:
            self.start_worker()

    def end_too_often(self) -> bool:
        """Tell whether the worker that has just ended is one of many in a minute."""
        self.ends.append(time.monotonic())
        return len(self.ends) == ENDS_PER_MINUTE and self.ends[-1] - self.ends[0] < MINUTE

    def stop(self) -> None:
        """Tell the workers to finish; the last of them to close the socket empties its queue."""
        self.stopping = True
        self.listener.close()
        for worker in self.workers.values():
            worker.terminate()


def work(serve_on: Serve, listener: socket.socket, settings: Settings) -> None:
    """Serve in a process of its own, for as long as the first process lives."""
    threading.Thread(target=follow_parent, daemon=True).start()
    serve_on(listener, settings)


def follow_parent() -> None:
    """End this process in good order when its parent is gone, even if that was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
