"""`poe properties` and `poe fuzz`: send generated requests, and compare responses with OpenAPI."""

import os
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic import command
from uvicorn import Config, Server

from tools.migrations.commands import alembic_config
from tools.postgres import ROOT, scratch_database

HOST: Final = "127.0.0.1"
POLL_SECONDS: Final = 0.01
SHORT: Final = ("--max-examples=5", "--phases=examples,coverage,fuzzing", "--seed=1")
LONG: Final = ("--max-examples=100",)
NOT_STARTED: Final = "The service did not start: see its log above."


def main() -> None:
    """Serve with a scratch database, and run Schemathesis on all operations."""
    parser = ArgumentParser("poe fuzz", epilog="Other options go to Schemathesis.")
    parser.add_argument("--short", action="store_true", help="a few seconds, as in `poe check`")
    options, rest = parser.parse_known_args()
    with scratch_database() as url:
        command.upgrade(alembic_config(url), "head")
        os.environ |= {"DATABASE_URL": url, "LOG_LEVEL": "ERROR"}
        with serving() as address:
            from schemathesis.cli import schemathesis  # noqa: PLC0415 - slow to import

            config = ("--config-file", str(ROOT / "schemathesis.toml"))
            limits = SHORT if options.short else LONG
            schemathesis([*config, "run", f"{address}/openapi.json", *limits, *rest])


@contextmanager
def serving() -> Iterator[str]:
    """Serve the app in a thread, and give its URL."""
    config = Config(
        "app.main:create_app", factory=True, host=HOST, port=0, access_log=False, log_config=None
    )
    server = Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(POLL_SECONDS)
    if not server.started:
        sys.exit(NOT_STARTED)
    [listener] = server.servers[0].sockets
    try:
        yield f"http://{HOST}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main()
