"""`poe properties` and `poe fuzz`: send generated requests, and compare responses with OpenAPI."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic import command

from tools.migrations.commands import alembic_config
from tools.postgres import ROOT, scratch_database

HOST: Final = "127.0.0.1"


def main(*options: str) -> None:
    """Serve with a scratch database, and run Schemathesis on all operations with these options."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the service is stopped as well
    with scratch_database() as url:
        command.upgrade(alembic_config(url), "head")
        with serving(url) as base:
            from schemathesis.cli import schemathesis  # noqa: PLC0415 - while the service starts

            schemathesis(["run", f"{base}/openapi.json", "--url", base, *options, *sys.argv[1:]])


@contextmanager
def serving(database_url: str) -> Iterator[str]:
    """Serve in a process of its own, and give the URL.

    Raises:
        SystemExit: The service did not start, or crashed.
    """
    with socket.create_server((HOST, 0)) as free:
        port = str(free.getsockname()[1])
    settings = {"DATABASE_URL": database_url, "HOST": HOST, "PORT": port, "LOG_LEVEL": "ERROR"}
    settings |= {"WORKERS": "1", "LOG_FORMAT": "console"}  # others would replace what crashes
    service = subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env=os.environ | settings)
    try:
        yield f"http://{HOST}:{port}"
    finally:
        service.terminate()
        if service.wait() not in (0, -signal.SIGTERM):
            sys.exit(f"The service ended with exit code {service.returncode}: see its log above.")
