"""Processes that all tests of a worker share, so that not every run in a service starts its own."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import Service

FORK_SERVER: Final = Path(__file__).parent / "fork_server.py"
# Nothing outlives a run, so nothing has to reach the disk.
SCRATCH_SERVER: Final = """
import asyncio, sys
from tools.postgres import embedded_server, execute

with embedded_server("shared") as url:
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        asyncio.run(execute(url, f"ALTER SYSTEM SET {setting} = off"))
    asyncio.run(execute(url, "SELECT pg_reload_conf()"))
    print(url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def scratch_server(service: Service) -> Iterator[str]:
    """Run a PostgreSQL for scratch databases in a service, and give its URL.

    Workers share it. It stops with the last of them, even one that is killed: its pipe closes.
    """
    command = ["python", "-c", SCRATCH_SERVER]
    with piped(service, command) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "the shared PostgreSQL did not start"
        yield url


@dataclass(frozen=True)
class Forks:
    """A process that runs programs of services in its forks."""

    process: subprocess.Popen[str]
    folder: Path

    def attempt(self, service: Service, program: str, *arguments: str) -> tuple[int, str]:
        """Run pytest, or a module's `main`, and return its exit code and what it printed."""
        output = self.folder / "output"
        code = ask(self.process, [str(service.path), str(output), program, *arguments])
        return int(code), output.read_text()


@contextmanager
def forks_of(service: Service, folder: Path) -> Iterator[Forks]:
    """Give a process that runs programs in the environment of a service."""
    with piped(service, ["python", "-P", str(FORK_SERVER)]) as process:
        yield Forks(process, folder)


def ask(process: "subprocess.Popen[str]", request: list[str]) -> str:
    """Send a process a line of JSON, and return the line that it answers."""
    assert process.stdin is not None
    assert process.stdout is not None
    print(json.dumps(request), file=process.stdin, flush=True)
    answer = process.stdout.readline()
    assert answer, f"the process has died that was asked {request}"
    return answer


@contextmanager
def piped(service: Service, command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a service until its input ends."""
    with subprocess.Popen(
        command,
        cwd=service.path,
        env=service.variables(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
