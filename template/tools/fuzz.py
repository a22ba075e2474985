"""`poe fuzz`: whatever the API is sent, it answers as it says in OpenAPI."""

import os
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from alembic import command
from uvicorn import Config, Server

from tools.migrations import alembic_config
from tools.postgres import scratch_database
from tools.repository import ROOT

HOST: Final = "127.0.0.1"
POLL_SECONDS: Final = 0.01
SHORT: Final = ("--max-examples=5", "--phases=examples,coverage,fuzzing", "--seed=1")
LONG: Final = ("--max-examples=100",)
NOT_STARTED: Final = "The service did not start; what it logged stands above."


def main() -> None:
    """Serve on a database that is thrown away, and have Schemathesis try all operations."""
    parser = ArgumentParser("poe fuzz", description="Send the API what nobody thinks of.")
    parser.add_argument("--short", action="store_true", help="a few seconds, as in `poe check`")
    options, rest = parser.parse_known_args()
    with scratch_database() as url:
        command.upgrade(alembic_config(url), "head")
        os.environ |= {"DATABASE_URL": url, "LOG_LEVEL": "ERROR"}
        with serving() as address:
            code = run_schemathesis(address, [*(SHORT if options.short else LONG), *rest])
    sys.exit(code)


@contextmanager
def serving() -> Iterator[str]:
    """Serve the app in a thread, and give its address."""
    from app.main import create_app  # noqa: PLC0415 - it reads the settings

    config = Config(create_app(), host=HOST, port=0, access_log=False, log_config=None)
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


def run_schemathesis(address: str, options: Sequence[str]) -> int:
    """Run its command line, with the settings of `schemathesis.toml`, and return its exit code."""
    from schemathesis.cli import schemathesis  # noqa: PLC0415 - it takes a while

    arguments = ["--config-file", str(ROOT / "schemathesis.toml"), "run"]
    try:
        schemathesis([*arguments, f"{address}/openapi.json", *options])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


if __name__ == "__main__":
    main()
