"""`poe dev`: the service with its database, reloading as you edit."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

import psutil
from alembic import command
from fastapi import FastAPI
from uvicorn import Config, Server
from uvicorn.supervisors import ChangeReload
from uvicorn.supervisors.basereload import HANDLED_SIGNALS

from app.core.config import SettingsError
from app.main import create_app
from app.workers import follow_parent
from tools.migrations import alembic_config, ending_with_a_sentence
from tools.postgres import development_database

HOST: Final = "127.0.0.1"
RELOADED: Final = ["app", "migrations"]
POLL_SECONDS: Final = 0.5
URLS: Final = """
  Docs    {base}/docs
  Health  {base}/livez  {base}/readyz

  Ctrl-C stops it; the data stay.
"""


def run(port: int = 8000) -> None:
    """Start the database where needed, migrate it, and serve with reload until Ctrl-C."""
    refuse_taken(port)
    signal.signal(signal.SIGTERM, leave)
    if hasattr(signal, "SIGHUP"):  # when the terminal closes
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    threading.Thread(target=follow_starters, daemon=True).start()
    try:
        with development_database() as url, uninterrupted_end():
            with ending_with_a_sentence():
                command.upgrade(alembic_config(url), "head")
            os.environ["DATABASE_URL"] = url
            os.environ.setdefault("LOG_FORMAT", "console")
            sys.stdout.write(URLS.format(base=f"http://{HOST}:{port}"))
            sys.stdout.flush()
            config = Config(
                "tools.dev:app_of_child",
                factory=True,
                host=HOST,
                port=port,
                reload=True,
                reload_dirs=RELOADED,
                access_log=False,
                log_config=None,
            )
            Reloader(config, Server(config).run, [config.bind_socket()]).run()
    except SettingsError as error:
        sys.exit(str(error))


# uvicorn has two of its class, and takes the one whose packages are there.
class Reloader(ChangeReload):  # type: ignore[misc, valid-type]
    """Hears of one signal: a second, which `uv run` adds to Ctrl-C, would wait for the first."""

    def signal_handler(self, sig: int, frame: FrameType | None) -> None:
        """Stop."""
        for number in HANDLED_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        super().signal_handler(sig, frame)


@contextmanager
def uninterrupted_end() -> Iterator[None]:
    """Once the block ends, let no second Ctrl-C stop what has to be put away after it."""
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)


def app_of_child() -> FastAPI:
    """Return the app, in the process that uvicorn starts anew at each change."""
    threading.Thread(target=follow_parent, daemon=True).start()
    return create_app()


def refuse_taken(port: int) -> None:
    """Stop with a sentence where something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            sys.exit(f"Port {port} is taken: choose another with `poe dev --port {port + 1}`.")


def follow_starters() -> None:
    """End when a process that started this one is gone, so that nothing is left behind."""
    started_by = starters()
    while starters() == started_by:
        threading.Event().wait(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def starters() -> list[int]:
    """Return the processes above this one that Ctrl-C reaches as well, such as `uv run`."""
    if sys.platform == "win32":
        return [os.getppid()]
    with suppress(ProcessLookupError, psutil.NoSuchProcess):
        above = [process.pid for process in psutil.Process().parents()]
        return [pid for pid in above if os.getpgid(pid) == os.getpgrp()]
    return []


def leave(_number: int, _frame: FrameType | None) -> None:
    """Turn a signal into an orderly exit."""
    sys.exit(0)
