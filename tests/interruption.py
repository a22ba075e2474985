"""Stops a command at a certain call of git, and not at a time: machines are not equally quick."""

import os
import shutil
import signal
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import psutil

from tests.support import TIMEOUT_SECONDS, Service

GIT: Final = """#!/bin/sh
echo >> '{folder}/calls'
if [ "$(wc -l < '{folder}/calls')" -eq {call} ]; then
    touch '{folder}/reached'
    while [ ! -e '{folder}/go' ]; do sleep 0.02; done
fi
exec '{git}' "$@"
"""
POLL_SECONDS: Final = 0.02


def stopped_in_git(
    service: Service,
    command: tuple[str, ...],
    number: signal.Signals,
    call: int,
    **variables: str,
) -> tuple[int, str]:
    """Send a signal to a command and its group while it waits for the given call of git, its first being 1.

    That git works on as if it knew nothing, and has ended by the time this returns.

    Returns:
        The exit code of the command, and what it printed.
    """
    folder = Path(mkdtemp(dir=service.path.parent))
    program = folder / "git"
    program.write_text(GIT.format(folder=folder, call=call, git=shutil.which("git")))
    program.chmod(0o755)
    path = f"{folder}:{service.variables()['PATH']}"
    log = folder / "log"
    process = service.start(*command, log=log, PATH=path, **variables)
    while not (folder / "reached").exists():
        assert process.poll() is None, f"it ended before that call of git:\n{log.read_text()}"
        time.sleep(POLL_SECONDS)
    started = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, number)  # as a terminal does
    time.sleep(POLL_SECONDS)  # it may be tidying up already, or dead
    (folder / "go").touch()
    code = process.wait(TIMEOUT_SECONDS)
    psutil.wait_procs(started, TIMEOUT_SECONDS)
    return code, log.read_text()
