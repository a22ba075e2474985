"""Where an update cannot be undone by git, it is refused in a sentence, and nothing changes."""

import shutil
from collections.abc import Callable
from typing import Final

import pytest

from tests.repositories import commit
from tests.scaffold.tiny import ANSWERS, NEXT, Tiny

pytestmark = pytest.mark.slow

RELEASE: Final = {"app/config.py": "SETTING = 1\n", "app/new.py": "NEW = 1\n"}


def modified(tiny: Tiny) -> None:
    tiny.write({"app/main.py": "MINE = 1\n"})


def staged(tiny: Tiny) -> None:
    tiny.write({"app/main.py": "MINE = 1\n"})
    tiny.git("add", "app/main.py")


def staged_only(tiny: Tiny) -> None:
    staged(tiny)
    tiny.git("restore", "--source=HEAD", "--worktree", "app/main.py")


def deleted(tiny: Tiny) -> None:
    tiny.write({"app/main.py": None})


def untracked(tiny: Tiny) -> None:
    tiny.write({"app/mine.py": "MINE = 1\n"})


def made_executable(tiny: Tiny) -> None:
    (tiny.root / "app/main.py").chmod(0o755)


def noted(tiny: Tiny) -> None:
    tiny.write({"app/mine.py": "MINE = 1\n"})
    tiny.git("add", "--intent-to-add", "app/mine.py")


DIRTY: Final = (modified, staged, staged_only, deleted, untracked, made_executable, noted)


@pytest.mark.parametrize("make", DIRTY, ids=lambda make: make.__name__)
def test_a_dirty_work_tree_is_refused(tiny: Tiny, make: Callable[[Tiny], None]) -> None:
    tiny.release(RELEASE)
    make(tiny)
    assert "The work tree is dirty (app/m" in tiny.refused()


def test_many_dirty_files_are_named_in_short(tiny: Tiny) -> None:
    tiny.write({f"{name}.txt": "Mine.\n" for name in "abcd"})
    tiny.release(RELEASE)
    assert "The work tree is dirty (a.txt, b.txt, c.txt, …)" in tiny.refused()


def test_a_lock_file_that_is_not_committed_yet_is_no_dirt(tiny: Tiny) -> None:
    tiny.write({"uv.lock": "version = 1\nrequires-python = '>=3.11'\n"})
    tiny.release(RELEASE)
    assert "uv.lock" not in tiny.updated()
    assert tiny.run("update", "--abort").code == 0
    assert (tiny.root / "uv.lock").exists()


def test_what_is_no_repository_is_refused(tiny: Tiny) -> None:
    shutil.rmtree(tiny.root / ".git")
    code, output = tiny.update()
    assert code == 1
    assert "This is not a git repository: first run `git init -b main`" in output
    assert not (tiny.root / "app/new.py").exists()


def test_a_repository_without_a_commit_is_refused(tiny: Tiny) -> None:
    shutil.rmtree(tiny.root / ".git")
    tiny.git("init", "--quiet")
    code, output = tiny.update()
    assert code == 1
    assert "Nothing is committed here yet: first run `git add -A`" in output
    assert not (tiny.root / "app/new.py").exists()


def test_what_copier_has_not_rendered_is_refused(tiny: Tiny) -> None:
    tiny.own({ANSWERS: None})
    assert f"There is no {ANSWERS} here" in tiny.refused()


def diverge(tiny: Tiny) -> None:
    """Let two branches change the same line."""
    tiny.git("switch", "--quiet", "-c", "other")
    tiny.own({"app/main.py": "OTHER = 1\n"})
    tiny.git("switch", "--quiet", "main")
    tiny.own({"app/main.py": "MAIN = 1\n"})


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("merge", "other"), "merge"),
        (("rebase", "other"), "rebase"),
        (("rebase", "--apply", "other"), "rebase"),
        (("cherry-pick", "other"), "cherry-pick"),
        (("revert", "HEAD~1"), "revert"),
    ],
)
def test_another_operation_of_git_is_refused(
    tiny: Tiny, command: tuple[str, ...], name: str
) -> None:
    diverge(tiny)
    if name == "revert":
        tiny.own({"app/main.py": "LATER = 1\n"})
    tiny.release(RELEASE)
    tiny.config(user__name="Owner", user__email="owner@example.com", core__editor="true")
    with pytest.raises(Exception, match="git"):
        tiny.git(*command)
    for arguments in (("update", "--to", NEXT), ("resource", "add", "bill", "no:int")):
        assert (
            f"A {name} is under way: finish it, or undo it with `git {name} --abort`."
            in tiny.refused(*arguments)
        )
    tiny.git("reset", "--quiet", "--hard")  # clean, but still under way
    if name == "rebase":
        assert "A rebase is under way" in tiny.refused()


def test_a_merge_without_conflicts_that_is_not_committed_is_refused(tiny: Tiny) -> None:
    tiny.git("switch", "--quiet", "-c", "other")
    tiny.own({"mine.txt": "Other.\n"})
    tiny.git("switch", "--quiet", "main")
    tiny.release(RELEASE)
    tiny.git("merge", "--quiet", "--no-ff", "--no-commit", "other")
    assert "A merge is under way" in tiny.refused()


def test_a_release_that_refuses_the_answers_is_reported_before_anything_is_written(
    tiny: Tiny,
) -> None:
    copier = tiny.template / "copier.yml"
    copier.write_text(copier.read_text().replace("not resources", "resources"))
    tiny.release(RELEASE)
    output = tiny.refused()
    assert "Write at least one resource." in output
    assert "Validation error" not in output


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of Copier's
def test_a_release_that_cannot_be_rendered_is_reported(tiny: Tiny) -> None:
    tiny.release({"broken.txt.jinja": "{% if %}"})
    assert f"The template cannot be rendered at {NEXT}: " in tiny.refused()


def test_an_unknown_release_is_reported(tiny: Tiny) -> None:
    output = tiny.refused("update", "--to", "v9.0.0")
    assert "v9.0.0" in output
    assert "Traceback" not in output


def test_a_template_that_is_away_is_reported(tiny: Tiny) -> None:
    tiny.release(RELEASE)
    tiny.template.rename(tiny.template.with_name("away"))
    assert f"The template at {tiny.template} cannot be read: " in tiny.refused()
    assert "cannot be r" in tiny.refused("resource", "remove", "product")


def test_an_older_release_is_refused_and_the_same_one_is_nothing_to_do(tiny: Tiny) -> None:
    tiny.release(RELEASE)
    tiny.updated()
    commit(tiny.root)
    assert "v0.0.1 is older than v0.0.2" in tiny.refused("update", "--to", "v0.0.1")
    before = tiny.state()
    assert "The service has the newest release of its template: v0.0.2." in tiny.update().output
    assert tiny.state() == before


def test_check_prints_what_waits_and_writes_nothing(tiny: Tiny) -> None:
    tiny.release(RELEASE)
    before = tiny.state()
    code, output = tiny.run("update", "--to", NEXT, "--check")
    assert (code, tiny.state()) == (2, before)
    assert "## 0.0.2" in output
    assert "## 0.0.3" not in output
    assert "## 0.0.1" not in output
    code, output = tiny.run("update", "--to", "v0.0.1", "--check")
    assert (code, tiny.state()) == (0, before)
    assert "has the newest release" in output


@pytest.mark.parametrize("options", [("--check", "--abort"), ("--continue", "--commit", "x")])
def test_two_options_that_exclude_each_other_are_refused(
    tiny: Tiny, options: tuple[str, ...]
) -> None:
    assert "Write only one of --check, --continue, --abort and --commit." in tiny.refused(
        "update", *options
    )


def test_git_that_cannot_write_is_reported(tiny: Tiny) -> None:
    tiny.release(RELEASE)
    (tiny.root / ".git/index.lock").touch()
    output = tiny.refused()
    assert "index.lock" in output
    (tiny.root / ".git/index.lock").unlink()
    tiny.updated()
