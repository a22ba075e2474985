"""The embedded PostgreSQL of a service, for the time of a benchmark."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from benchmarks.common import run

# Starts the embedded server, prints its URL, and stops at the end of standard input.
HOLD: Final = """
import sys
from tools.postgres import scratch_server
with scratch_server() as url:
    print(url, flush=True)
    sys.stdin.read()
"""
EXECUTE: Final = """
import asyncio, sys
from tools.postgres import execute
asyncio.run(execute(sys.argv[1], sys.argv[2]))
"""

Execute = Callable[[str, str], None]


class Postgres:
    """A running server."""

    def __init__(self, url: str, execute: Execute) -> None:
        self.url = url
        self.execute = execute

    def create(self, name: str) -> str:
        """Create a database, and return its URL."""
        self.execute(self.url, f'CREATE DATABASE "{name}"')
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))


@contextmanager
def postgres(python: Path, service: Path, shell: dict[str, str]) -> Iterator[Postgres]:
    """Keep the embedded server of a service running, with the Python of its environment."""

    def execute(url: str, statement: str) -> None:
        run([str(python), "-c", EXECUTE, url, statement], service, shell)

    command = [str(python), "-c", HOLD]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=service, env=shell, stdin=pipe, stdout=pipe, text=True
    ) as holder:
        try:
            yield Postgres(holder.stdout.readline().strip() if holder.stdout else "", execute)
        finally:
            holder.communicate()
