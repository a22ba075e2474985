"""Whenever the command or git is stopped, the service is as it was, or in a state with a way back."""

import signal
from typing import Final

import pytest

from tests.scaffold.stopping import Call, stopped
from tests.scaffold.test_moves import BILL, ORDER_ITEM, add
from tests.scaffold.tiny import NEXT, Tiny

UPDATE: Final = ("update", "--to", NEXT)
BEFORE: Final = [
    (signal.SIGINT, Call("clone")),
    (signal.SIGKILL, Call("write-tree", 2)),
    (signal.SIGINT, Call("commit-tree", 2)),
    (signal.SIGKILL, Call("diff-tree")),
]
DURING: Final = (Call("cherry-pick"), Call("cherry-pick", ended=True), Call("--diff-filter=AU"))
UNDER_WAY: Final = f"The update (v0.0.1 -> {NEXT}) is under way here, or was interrupted."
CUT_OFF: Final = "The merge was interrupted, so part of it may be missing. Undo it with `uv run poe"

pytestmark = pytest.mark.slow


@pytest.fixture
def prepared(tiny: Tiny) -> Tiny:
    """Return a service with edits of the owner's, and a release that changes, adds and deletes."""
    main = tiny.read("app/main.py")
    tiny.own({"app/main.py": main.replace("/docs", "/manual"), "mine.txt": "Mine.\n"})
    tiny.write({".env": "SECRET=1\n"})
    tiny.release(
        {
            "app/main.py": main.replace('"30"', '"60"'),
            "app/config.py": "SETTING = 1\n",
            "app/logo.bin": None,
            "new/deep/file.txt": "New.\n",
        }
    )
    return tiny


@pytest.mark.parametrize(("sent", "call"), BEFORE)
def test_before_the_merge_nothing_is_written(
    prepared: Tiny, sent: signal.Signals, call: Call
) -> None:
    before = prepared.state()
    code, output = stopped(prepared, UPDATE, sent, call)
    if sent == signal.SIGINT:
        assert code == 1
        assert output.endswith("Interrupted. Nothing has been written.\n")
        assert "Traceback" not in output
    else:
        assert code == -signal.SIGKILL
    assert prepared.state() == before
    assert "Nothing is under way" in prepared.refused("update", "--abort")
    prepared.updated()


@pytest.mark.parametrize("call", DURING, ids=lambda call: f"{call.word}-{call.ended}")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_during_the_merge_the_operation_can_be_undone_or_finished(
    prepared: Tiny, sent: signal.Signals, call: Call
) -> None:
    before = prepared.state()
    code, output = stopped(prepared, UPDATE, sent, call)
    assert code == (1 if sent == signal.SIGINT else -signal.SIGKILL)
    if sent == signal.SIGINT:
        assert f"Interrupted. {UNDER_WAY}" in output
    assert UNDER_WAY in prepared.refused()
    assert prepared.run("update", "--abort").code == 0
    assert prepared.state() == before
    stopped(prepared, UPDATE, sent, call)
    if sent == signal.SIGKILL and call == DURING[0]:  # git dies as well, of a pipe that is closed
        assert f"{CUT_OFF} update --abort`" in prepared.refused("update", "--continue")
        return
    assert prepared.run("update", "--continue").code == 0
    assert prepared.read("new/deep/file.txt") == "New.\n"
    assert 'app["timeout"] = "60"' in prepared.read("app/main.py")
    assert "/manual" in prepared.read("app/main.py")


@pytest.mark.parametrize("call", [Call("--unmerged", 2, ended=True), Call("--others", 2)])
def test_after_the_merge_the_operation_can_be_finished(prepared: Tiny, call: Call) -> None:
    before = prepared.state()
    code, output = stopped(prepared, UPDATE, signal.SIGINT, call)
    assert code == 1
    assert f"Interrupted. {UNDER_WAY}" in output
    assert prepared.run("update", "--continue").code == 0
    assert prepared.run("update", "--abort").code == 0
    assert prepared.state() == before


@pytest.mark.parametrize(
    "call", [Call("cherry-pick"), Call("cherry-pick", ended=True), Call("cherry-pick", 2)]
)
def test_a_merge_of_two_steps_that_is_cut_off_is_not_finished(tiny: Tiny, call: Call) -> None:
    add(tiny, ORDER_ITEM, BILL)
    before = tiny.state()
    code, _ = stopped(tiny, ("resource", "remove", "bill"), signal.SIGKILL, call)
    assert code == -signal.SIGKILL
    assert not (tiny.root / "tests/test_bill.py").exists()
    assert f"{CUT_OFF} resource abort`" in tiny.refused("resource", "continue")
    assert tiny.run("resource", "abort").code == 0
    assert tiny.state() == before


def test_a_conflict_that_is_cut_off_is_undone(prepared: Tiny) -> None:
    prepared.own({"app/config.py": "MINE = 1\n"})
    before = prepared.state()
    stopped(prepared, UPDATE, signal.SIGKILL, Call("cherry-pick", ended=True))
    assert "UU app/config.py" in prepared.status()
    assert "\n  app/config.py:1\n" in prepared.refused("update", "--continue")
    assert prepared.run("update", "--abort").code == 0
    assert prepared.state() == before


def test_a_file_that_git_named_itself_is_removed_by_abort(prepared: Tiny) -> None:
    prepared.own({"new": "A file where the template has a folder.\n"})
    before = prepared.state()
    stopped(prepared, UPDATE, signal.SIGKILL, Call("cherry-pick", ended=True))
    assert (prepared.root / "new~HEAD").exists()
    assert prepared.run("update", "--abort").code == 0
    assert prepared.state() == before


def test_a_git_that_is_killed_while_it_writes_is_undone(prepared: Tiny) -> None:
    prepared.write({".git/info/attributes": "new/** filter=killer\n"})
    prepared.config(filter__killer__clean="cat", filter__killer__smudge="kill -9 $PPID")
    before = prepared.state()
    code, output = prepared.update()
    assert code == 1
    assert "index.lock" in output
    assert prepared.read("app/config.py") == "SETTING = 1\n"
    assert CUT_OFF in prepared.refused("update", "--continue")
    assert UNDER_WAY in prepared.refused()
    (prepared.root / ".git/index.lock").unlink()  # as git asks in that message
    assert CUT_OFF in prepared.refused("update", "--continue")
    assert prepared.run("update", "--abort").code == 0
    assert prepared.state() == before
    prepared.write({".git/info/attributes": ""})
    prepared.updated()


def test_a_git_that_is_killed_while_it_merges_has_written_nothing(prepared: Tiny) -> None:
    prepared.write({".git/info/attributes": "app/main.py merge=killer\n"})
    prepared.config(merge__killer__driver="kill -9 $PPID")
    before = prepared.state()
    code, output = prepared.update()
    assert code == 1
    assert "index.lock" in output
    (prepared.root / ".git/index.lock").unlink()
    for left in prepared.root.glob(".merge_file_*"):  # of git
        left.unlink()
    assert prepared.state() == before
    assert "Nothing is under way" in prepared.refused("update", "--abort")


def test_a_note_that_was_cut_off_is_forgotten(prepared: Tiny) -> None:
    note = prepared.root / ".git/scaffold.json"
    for text in ("", '{"command": "up', "{}", "[]"):
        note.write_text(text)
        assert "Nothing is under way" in prepared.refused("update", "--abort")
    note.write_text('{"command": "up')
    prepared.updated()
