"""Worker processes that serve on one socket."""

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

KILLS_PER_MINUTE: Final = 10
MINUTE: Final = 60.0

log = structlog.get_logger()

Serve = Callable[[socket.socket], None]


class Supervisor:
    """Keeps the workers running: one that is killed is replaced, one that fails stops all.

    Too many kills within a minute also stop all, for example when memory is short: the process
    exits, and its own supervisor decides when to restart it.

    uvicorn's supervisor never closes its copy of the socket, where clients then wait in vain, and
    its workers outlive it if it is killed.
    """

    def __init__(self, serve_on: Serve, listener: socket.socket) -> None:
        self.serve_on = serve_on
        self.listener = listener
        self.workers: dict[int, SpawnProcess] = {}
        self.kills: deque[float] = deque(maxlen=KILLS_PER_MINUTE)
        self.stopping = False
        self.exit_code = 0

    def run(self, count: int) -> int:
        """Run that many workers until a signal stops them, and return the exit code."""
        signals, sender = Pipe(duplex=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: sender.send(0))
        for _ in range(count):
            self.start_worker()
        while self.workers:
            for ready in wait([signals, *self.workers]):
                if ready is signals:
                    self.stop(signals.recv())
                elif isinstance(ready, int):
                    self.replace(self.workers.pop(ready))
        return self.exit_code

    def start_worker(self) -> None:
        """Start a worker."""
        worker = get_context("spawn").Process(target=work, args=(self.serve_on, self.listener))
        worker.start()
        self.workers[worker.sentinel] = worker

    def replace(self, ended: SpawnProcess) -> None:
        """Replace a worker that ended, or stop if another would end as well."""
        ended.join()
        if self.stopping:
            return
        log.error("worker_ended", pid=ended.pid, exit_code=ended.exitcode)
        self.kills.append(time.monotonic())
        if ended.exitcode and ended.exitcode > 0:  # by an error, not by a signal
            self.stop(ended.exitcode)
        elif len(self.kills) == KILLS_PER_MINUTE and self.kills[-1] - self.kills[0] < MINUTE:
            log.error("workers_end_too_often", ends=KILLS_PER_MINUTE)
            self.stop(1)
        else:
            self.start_worker()

    def stop(self, exit_code: int) -> None:
        """Terminate the workers; the last one to close the socket serves its queue."""
        self.stopping = True
        self.exit_code = self.exit_code or exit_code
        self.listener.close()
        for worker in self.workers.values():
            worker.terminate()


def work(serve_on: Serve, listener: socket.socket) -> None:
    """Serve in a worker process until the parent process ends."""
    threading.Thread(target=follow_parent, daemon=True).start()
    serve_on(listener)


def follow_parent() -> None:
    """Shut down when the parent process ends, even if it was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
