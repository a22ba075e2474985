"""`poe dev`: the service with its database, reloading as you edit."""

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import Final

import psutil
from alembic import command
from fastapi import FastAPI
from uvicorn import Config, Server
from uvicorn.supervisors import ChangeReload

from app.main import create_app
from app.workers import follow_parent
from tools.migrations.commands import alembic_config, ending_with_a_sentence
from tools.postgres import development_database

APP: Final = "tools.dev:create_child_app"
HOST: Final = "127.0.0.1"
POLL_SECONDS: Final = 0.5
RELOADED: Final = ["app", "migrations"]
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
URLS: Final = """
  Docs    {base}/docs
  Health  {base}/livez  {base}/readyz

  Press Ctrl-C to stop; the database keeps its data.
"""


# uvicorn has two classes of this name, and exports the one whose dependencies are installed.
class Reloader(ChangeReload):  # type: ignore[misc, valid-type]
    """Handles one signal only: a second, such as `uv run` sends after Ctrl-C, would block it."""

    def signal_handler(self, sig: int, frame: FrameType | None) -> None:
        """Stop."""
        ignore_signals()
        super().signal_handler(sig, frame)


def run(port: int = 8000) -> None:
    """Start the database if needed, migrate it, and serve with reload until Ctrl-C."""
    try:
        listener = socket.create_server((HOST, port))
    except OSError:
        sys.exit(f"Port {port} is taken: choose another with `poe dev --port {port + 1}`.")
    for number in SIGNALS:
        signal.signal(number, leave)
    if hasattr(signal, "SIGHUP"):  # when the terminal closes
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    threading.Thread(target=follow_starters, daemon=True).start()
    with ending_with_a_sentence(), development_database() as url:
        command.upgrade(alembic_config(url), "head")
        os.environ["DATABASE_URL"] = url
        os.environ.setdefault("LOG_FORMAT", "console")
        sys.stdout.write(URLS.format(base=f"http://{HOST}:{port}"))
        sys.stdout.flush()
        config = Config(
            APP, factory=True, reload=True, reload_dirs=RELOADED, access_log=False, log_config=None
        )
        Reloader(config, Server(config).run, [listener]).run()


def create_child_app() -> FastAPI:
    """Return the app, in the process that uvicorn restarts after each change."""
    threading.Thread(target=follow_parent, daemon=True).start()
    return create_app()


def follow_starters() -> None:
    """Stop when a process that started this one ends, so that no process is left behind."""
    expected = starters()
    while starters() == expected:
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
    """Exit on a signal, and let no second one interrupt the end of the database."""
    ignore_signals()
    sys.exit(0)


def ignore_signals() -> None:
    """Ignore further signals."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
