"""The state that a conflict leaves: git explains it, and both ways out of it work."""

from typing import Final

import pytest

from tests.repositories import commit
from tests.scaffold.tiny import LABEL, NEXT, Tiny

CONTINUE: Final = ("update", "--continue")
ABORT: Final = ("update", "--abort")
MARKERS: Final = """\
<<<<<<< HEAD
    app["docs"] = "/manual"
=======
    app["docs"] = "/reference"
>>>>>>> """

pytestmark = pytest.mark.slow


@pytest.fixture
def conflicted(tiny: Tiny) -> Tiny:
    """Return a service in which an update has just met a conflict, and brought a file and more."""
    main = tiny.read("app/main.py")
    tiny.own({"app/main.py": main.replace("/docs", "/manual"), "mine.txt": "Mine.\n"})
    tiny.release(
        {
            "app/main.py": main.replace("/docs", "/reference").replace('"30"', '"60"'),
            "app/config.py": "SETTING = 1\n",
            "new/deep/file.txt": "New.\n",
            "app/logo.bin": None,
        }
    )
    code, output = tiny.update()
    assert code == 1
    assert "The template and you changed the same places:\n  app/main.py:8\n\n" in output
    assert (
        "uv run poe update --continue\nor undo all of it:\n  uv run poe update --abort\n" in output
    )
    return tiny


def resolve(tiny: Tiny) -> None:
    text = tiny.read("app/main.py")
    before, _, rest = text.partition("<<<<<<<")
    tiny.write({"app/main.py": before + rest.partition(">>>>>>> ")[2].partition("\n")[2]})


def test_git_explains_the_state_and_markers_name_the_release(conflicted: Tiny) -> None:
    assert conflicted.status() == [
        "M  .copier-answers.yml",
        "M  app/config.py",
        "D  app/logo.bin",
        "UU app/main.py",
        "A  new/deep/file.txt",
    ]
    explained = conflicted.git("status")
    assert "Unmerged paths:" in explained
    assert "both modified:   app/main.py" in explained
    text = conflicted.read("app/main.py")
    assert MARKERS in text
    assert f"({LABEL})\n" in text
    assert 'app["timeout"] = "60"' in text
    assert conflicted.read("app/config.py") == "SETTING = 1\n"


def test_an_update_goes_on_once_the_conflict_is_resolved(conflicted: Tiny) -> None:
    resolve(conflicted)
    code, output = conflicted.run(*CONTINUE)
    assert code == 0, output
    assert "none is wanted" in output
    assert conflicted.release_of_service() == NEXT
    assert not conflicted.git("ls-files", "--unmerged")
    assert conflicted.run(*CONTINUE).code == 0  # again is no harm


def test_an_update_does_not_go_on_while_markers_are_left(conflicted: Tiny) -> None:
    assert "\n  app/main.py:8\n" in conflicted.refused(*CONTINUE)
    conflicted.git("add", "app/main.py")
    assert "\n  app/main.py:8\n" in conflicted.refused(*CONTINUE)
    conflicted.git("mv", "app/main.py", "app/moved.py")
    assert "\n  app/moved.py:8\n" in conflicted.refused(*CONTINUE)


def test_a_resolution_by_deletion_goes_on(conflicted: Tiny) -> None:
    conflicted.git("rm", "--quiet", "app/main.py")
    assert conflicted.run(*CONTINUE).code == 0
    assert "D  app/main.py" in conflicted.status()


def test_abort_restores_exactly_what_was_there(conflicted: Tiny) -> None:
    conflicted.write(
        {
            "later.txt": "Later.\n",
            "new/deep/mine.txt": "Later.\n",
            "new/.env": "A=1\n",
            "staged.txt": "Later.\n",
        }
    )
    conflicted.git("add", "staged.txt")
    assert conflicted.run(*ABORT).output == (
        f"Undone: v0.0.1 -> {NEXT}. The service is as it was committed.\n"
    )
    assert conflicted.status() == ["?? later.txt", "?? new/deep/mine.txt", "?? staged.txt"]
    assert conflicted.read("new/.env") == "A=1\n"
    assert not (conflicted.root / "new/deep/file.txt").exists()
    assert "Unmerged" not in conflicted.git("status")
    assert not (conflicted.root / ".git/MERGE_MSG").exists()


def test_abort_leaves_no_empty_folder(conflicted: Tiny) -> None:
    assert conflicted.run(*ABORT).code == 0
    assert not (conflicted.root / "new").exists()
    assert conflicted.status() == []


def test_abort_after_the_owner_tidied_up_by_hand_works(conflicted: Tiny) -> None:
    conflicted.git("rm", "--quiet", "-r", "--force", "new")
    assert conflicted.run(*ABORT).code == 0
    assert conflicted.status() == []


def test_a_command_during_a_conflict_is_refused(conflicted: Tiny) -> None:
    for command in (
        ("update", "--to", NEXT),
        ("resource", "remove", "product"),
        ("resource", "add", "bill", "no:int", "--dry-run"),
    ):
        output = conflicted.refused(*command)
        assert output == (
            f"The update (v0.0.1 -> {NEXT}) is under way here, or was interrupted. Finish it with"
            " `uv run poe update --continue`, or undo it with `uv run poe update --abort`.\n"
        )


def test_nothing_under_way_is_nothing_to_finish_or_undo(tiny: Tiny) -> None:
    assert "Nothing is under way here: there is nothing to finish." in tiny.refused(*CONTINUE)
    assert "Nothing is under way here: there is nothing to undo." in tiny.refused(*ABORT)
    assert "there is nothing to undo" in tiny.refused("resource", "abort")


def test_what_was_undone_cannot_be_undone_again(conflicted: Tiny) -> None:
    assert conflicted.run(*ABORT).code == 0
    assert "there is nothing to undo" in conflicted.refused(*ABORT)
    assert "there is nothing to finish" in conflicted.refused(*CONTINUE)
    assert conflicted.update().code == 1
    assert "\n  app/main.py:8\n" in conflicted.refused(*CONTINUE)


@pytest.mark.parametrize("command", [ABORT, CONTINUE])
def test_what_was_committed_has_ended(conflicted: Tiny, command: tuple[str, ...]) -> None:
    resolve(conflicted)
    assert conflicted.run(*CONTINUE).code == 0
    commit(conflicted.root)
    conflicted.release({"app/main.py": "LATER = 1\n"}, "v0.0.3")
    output = conflicted.refused(*command)
    assert f"The update (v0.0.1 -> {NEXT}) has been committed since, so it has ended." in output
    assert "Nothing is under way here" in conflicted.refused(*command)


def test_what_was_committed_does_not_hinder_the_next_update(conflicted: Tiny) -> None:
    resolve(conflicted)
    commit(conflicted.root)
    conflicted.release({"app/third.py": "THIRD = 1\n"}, "v0.0.3")
    assert conflicted.run("update", "--to", "v0.0.3").code == 0
    assert conflicted.run(*ABORT).code == 0
    assert conflicted.release_of_service() == NEXT


def test_what_git_reset_does_not_hinder_the_next_update(conflicted: Tiny) -> None:
    conflicted.git("reset", "--quiet", "--hard")
    assert "Nothing is under way here" in conflicted.refused(*ABORT)
    code, output = conflicted.update()
    assert (code, "app/main.py:8" in output) == (1, True)


def test_a_finished_update_can_still_be_undone(tiny: Tiny) -> None:
    before = tiny.state()
    tiny.release({"app/new.py": "NEW = 1\n"})
    tiny.updated()
    assert "The work tree is dirty" in tiny.refused()
    assert "The work tree is dirty" in tiny.refused("resource", "add", "bill", "no:int")
    assert tiny.run(*ABORT).code == 0
    assert tiny.state() == before


def test_the_result_is_committed_to_a_branch(tiny: Tiny) -> None:
    tiny.release({"app/new.py": "NEW = 1\n", "app/logo.bin": None})
    tiny.git("branch", "update/next")  # of an earlier run
    code, output = tiny.update("--commit", "update/next")
    assert code == 0, output
    assert "Committed to the branch update/next." in output
    assert tiny.git("branch", "--show-current") == "update/next\n"
    assert (
        tiny.git("log", "-1", "--format=%B")
        == f"{LABEL}\n\n## 0.0.2 (2026-02-01)\n\nBrings the second.\n\n"
    )
    changed = tiny.git("diff", "--name-status", "main", "update/next").splitlines()
    assert changed == ["M\t.copier-answers.yml", "D\tapp/logo.bin", "A\tapp/new.py"]
    assert tiny.status() == []


def test_a_conflict_is_not_committed_until_it_is_resolved(tiny: Tiny) -> None:
    main = tiny.read("app/main.py")
    tiny.own({"app/main.py": main.replace("/docs", "/manual")})
    tiny.release({"app/main.py": main.replace("/docs", "/reference")})
    assert tiny.update("--commit", "update").code == 1
    assert tiny.git("branch", "--format=%(refname:short)") == "main\n"
    resolve(tiny)
    assert tiny.run(*CONTINUE).code == 0
    assert tiny.git("log", "-1", "--format=%s", "update") == f"{LABEL}\n"
