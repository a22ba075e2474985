"""An update that is interrupted, or fails, loses nothing and tells the way back."""

import json
import os
import signal
from pathlib import Path
from typing import Final

import psutil
import pytest

from tests.interruption import stopped_in_git
from tests.repositories import commit
from tests.support import Service
from tests.updates.command import BACK_OUT, release, status
from tests.updates.text import append, replace, write

UPDATE: Final = ("python", "-c", "from tools.update import main; main()")

pytestmark = pytest.mark.slow


def test_a_merge_that_fails_midway_tells_the_way_back(
    followed: Service, own_template: Path
) -> None:
    write(followed.path / "zoo", "A file of mine.\n")
    append(followed.path / "app" / "main.py", "\nOWN = 1\n")
    commit(followed.path)
    write(own_template / "template" / "zoo" / "NEW.md", "New.\n")
    append(own_template / "template" / "app" / "main.py", "\nLATER = 1\n")
    release(own_template)
    code, output = followed.attempt("poe", "update")
    assert code == 1
    assert "Copier could not update the service: " in output
    assert f"\nPart of it is written; take it back: {BACK_OUT}\n" in output
    assert "Traceback" not in output
    followed.run("sh", "-c", BACK_OUT)
    assert not status(followed)
    assert (followed.path / "app/main.py").read_text().endswith("\nOWN = 1\n")


def test_a_dry_run_that_fails_midway_has_nothing_to_take_back(owned: Service) -> None:
    write(owned.path / "app" / "models" / "bill.py" / "mine.txt", "A file of mine.\n")
    commit(owned.path)
    for options, advised in (["--dry-run"], False), ([], True):
        code, output = owned.attempt("poe", "resource", "add", "bill", "no:int", *options)
        assert code == 1
        assert "Copier could not update the service: a directory of yours is where" in output
        assert ("take it back" in output) == advised
        assert "Traceback" not in output
        assert bool(status(owned)) == advised


def test_an_interrupted_merge_cannot_be_finished(followed: Service) -> None:
    mark = followed.path / ".git" / "template-merge"
    append(followed.path / "app" / "main.py", "\nHALF = 1\n")
    for process_id in (2**22 + 1, "not a number"):
        mark.write_text(f"[{process_id}, 0.0]")
        for command in (["update", "--continue"], ["update"], ["resource", "add", "b", "no:int"]):
            code, output = followed.attempt("poe", *command)
            assert code == 1
            assert (
                f"so part of it may be missing: take it back, and begin anew: {BACK_OUT}" in output
            )
    followed.run("sh", "-c", BACK_OUT)
    assert "add bill" in followed.run("poe", "resource", "add", "bill", "no:int")
    assert not mark.exists()


def test_a_second_merge_at_the_same_time_is_refused(followed: Service) -> None:
    mark = followed.path / ".git" / "template-merge"
    mark.write_text(json.dumps([os.getpid(), psutil.Process().create_time()]))
    code, output = followed.attempt("poe", "resource", "add", "bill", "no:int")
    assert code == 1
    assert "Another `poe resource` or `poe update` is at work here" in output
    assert not status(followed)


def test_git_alone_brings_back_what_was_there(followed: Service, own_template: Path) -> None:
    append(followed.path / "app" / "main.py", "\nOWN = 1\n")
    commit(followed.path)
    line = "    app.include_router(health.router)\n"
    replace(own_template / "template/app/main.py", line, f"{line}    app.state.later = 1\n")
    (own_template / "template" / "NEW.md").write_text("New.\n")
    release(own_template)
    for call, number in ((20, signal.SIGINT), (60, signal.SIGKILL), (135, signal.SIGKILL)):
        assert stopped_in_git(followed, UPDATE, number, call)[0] != 0
        (followed.path / ".git" / "index.lock").unlink(missing_ok=True)  # as git itself asks
        followed.run("sh", "-c", BACK_OUT)
        assert not status(followed)
        assert (followed.path / "app/main.py").read_text().endswith("\nOWN = 1\n")
    assert "none is wanted" in followed.run("poe", "update")
