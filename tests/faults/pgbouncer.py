"""The real PgBouncer in transaction mode, between the service and its database."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.faults.ports import HOST, free_port
from tests.faults.postgres import AS_ROOT, UNPRIVILEGED, Postgres, url_at
from tests.faults.server import await_truth

MISSING: Final = "these tests need PgBouncer: apt-get install pgbouncer"
PLACES: Final = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"  # not on the path of every user
SERVER_CONNECTIONS: Final = 4
# From this release on it can keep prepared statements by itself; most poolers cannot.
KEEPS_STATEMENTS: Final = (1, 21)
KEEP_NONE: Final = "max_prepared_statements = 0"
CONFIGURATION: Final = """
[databases]
* = host={host} port={upstream} user={user}

[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
ignore_startup_parameters = {ignored}
"""


@dataclass
class PgBouncer:
    """A pooler; whoever connects is one user of its database, by default `postgres`."""

    program: str
    configuration: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the URL of the database behind it."""
        return url_at(self.port)

    @property
    def log(self) -> Path:
        """Return where its log is."""
        return self.configuration.with_suffix(".log")

    def start(self) -> None:
        """Start it, and wait until it listens."""
        user = UNPRIVILEGED if AS_ROOT else None  # it refuses to run as root
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [self.program, self.configuration],
                stdin=subprocess.DEVNULL,
                stderr=log,
                user=user,
            )
        await_truth(lambda: b"process up" in self.log.read_bytes(), "PgBouncer is up", self.log)

    def kill(self) -> None:
        """End it, and all connections with it."""
        if self.process:
            self.process.kill()
            self.process.wait()


@contextmanager
def pgbouncer(
    database: Postgres,
    *,
    ignored: str = "",
    size: int = SERVER_CONNECTIONS,
    user: str = "postgres",
) -> Iterator[PgBouncer]:
    """Run a pooler with so many connections to a database, until the end of the block.

    It rejects clients that set parameters, except those that it is to ignore.
    """
    program = shutil.which("pgbouncer", path=PLACES)
    assert program, MISSING
    pooler = PgBouncer(program, database.data.with_suffix(".ini"), free_port())
    written = CONFIGURATION.format(
        host=HOST, upstream=database.port, port=pooler.port, size=size, ignored=ignored, user=user
    )
    if release_of(program) >= KEEPS_STATEMENTS:
        written += KEEP_NONE
    pooler.configuration.write_text(written)
    pooler.start()
    try:
        yield pooler
    finally:
        pooler.kill()


def release_of(program: str) -> tuple[int, ...]:
    """Return the release of PgBouncer, as in `PgBouncer 1.18.0`."""
    printed = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return tuple(int(number) for number in printed.stdout.split()[1].split("."))
