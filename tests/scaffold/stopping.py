"""Stops the command at a certain call of git, and not at a time: machines are not equally quick."""

import os
import shutil
import signal
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, NamedTuple

import psutil

from tests.running import Result
from tests.scaffold.tiny import Tiny
from tests.support import TIMEOUT_SECONDS

GIT: Final = """#!/bin/sh
wait_for_the_test() {{
    case " $* " in *' {word} '*) ;; *) return ;; esac
    echo >> '{folder}/calls'
    test "$(wc -l < '{folder}/calls')" -eq {number} || return
    touch '{folder}/reached'
    while [ ! -e '{folder}/go' ]; do sleep 0.02; done
}}
{before}
'{git}' "$@"
code=$?
{after}
exit $code
"""
WAIT: Final = 'wait_for_the_test "$@"'
POLL_SECONDS: Final = 0.02


class Call(NamedTuple):
    """A call of git: the word that its arguments have, which one of those, and its end or start."""

    word: str
    number: int = 1
    ended: bool = False


def stopped(tiny: Tiny, command: tuple[str, ...], sent: signal.Signals, call: Call) -> Result:
    """Send a signal to the command at a call of git, and return what has become of it.

    That git works on as if it knew nothing, and has ended by the time this returns.
    """
    folder = Path(mkdtemp(dir=tiny.root.parent))
    program, log = folder / "git", folder / "log"
    before, after = ("", WAIT) if call.ended else (WAIT, "")
    git = shutil.which("git")
    text = GIT.format(folder=folder, git=git, before=before, after=after, **call._asdict())
    program.write_text(text)
    program.chmod(0o755)
    process = tiny.start(*command, log=log, PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
    while not (folder / "reached").exists():
        assert process.poll() is None, f"it ended before that call of git:\n{log.read_text()}"
        time.sleep(POLL_SECONDS)
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(sent)
    time.sleep(POLL_SECONDS)  # it may be tidying up already, or dead
    (folder / "go").touch()
    code = process.wait(TIMEOUT_SECONDS)
    psutil.wait_procs(started, TIMEOUT_SECONDS)
    return Result(code, log.read_text())
