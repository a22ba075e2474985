"""The update works wherever git itself works: in every kind of repository and checkout."""

from pathlib import Path
from typing import Final

import pytest

from tests.repositories import commit, git
from tests.scaffold.tiny import NEXT, Tiny, write

HOOKS: Final = (
    *("pre-commit", "commit-msg", "prepare-commit-msg", "post-commit", "post-checkout"),
    *("post-index-change", "post-merge", "reference-transaction", "pre-auto-gc"),
)
FAILING: Final = '#!/bin/sh\necho hook >> "$(dirname "$0")/ran"\nexit 1\n'
RELEASE: Final = {"app/config.py": "SETTING = 1\n", "app/new.py": "NEW = 1\n"}

pytestmark = pytest.mark.slow


def check_updated(tiny: Tiny) -> None:
    """Update a service with a line of its owner's, and check the files and the way back."""
    tiny.replace("app/main.py", "/docs", "/manual")
    tiny.git("commit", "--quiet", "--no-verify", "--all", "--message=mine")
    tiny.release(RELEASE)
    before = tiny.state()
    tiny.updated()
    assert tiny.read("app/config.py").splitlines() == ["SETTING = 1"]
    assert tiny.read("app/new.py").splitlines() == ["NEW = 1"]
    assert "/manual" in tiny.read("app/main.py")
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


@pytest.fixture
def within(tiny: Tiny, tmp_path: Path) -> Tiny:
    """Return the service as the folder of a repository with a space and an umlaut on its way."""
    whole = tmp_path / "whole"
    place = whole / "back end" / "dienst-ü"
    place.parent.mkdir(parents=True)
    tiny.root.rename(place)
    (place / ".git").rename(whole / ".git")
    write(whole, {"README.md": "All services.\n", "front/index.html": "<p>\n"})
    commit(whole)
    return Tiny(place, tiny.template, tiny.variables)


def test_a_service_in_a_folder_of_a_repository_is_updated(within: Tiny) -> None:
    check_updated(within)


def test_what_is_not_committed_elsewhere_in_the_repository_is_refused(within: Tiny) -> None:
    within.release(RELEASE)
    write(within.root.parent.parent, {"front/index.html": "<p>Mine\n"})
    assert "The work tree is dirty (front/index.html)" in within.refused()


def test_abort_touches_only_the_service(within: Tiny) -> None:
    within.release(RELEASE)
    within.updated()
    whole = within.root.parent.parent
    write(whole, {"front/index.html": "<p>Later\n", "back end/note.txt": "Later.\n"})
    git(whole, "add", "front")
    assert within.run("update", "--abort").code == 0
    left = [
        line for line in git(whole, "status", "--porcelain").splitlines() if "uv.lock" not in line
    ]
    assert left == ["M  front/index.html", '?? "back end/note.txt"']


def test_a_conflict_in_a_folder_of_a_repository_is_listed_and_finished(within: Tiny) -> None:
    within.replace("app/main.py", "/docs", "/manual")
    commit(within.root)
    main = within.read("app/main.py")
    within.release({"app/main.py": main.replace("/manual", "/reference")})
    code, output = within.update()
    assert code == 1
    assert "\n  app/main.py:8\n" in output
    within.write({"app/main.py": main})
    assert within.run("update", "--continue").code == 0
    assert within.status() == ['M  "back end/dienst-\\303\\274/.copier-answers.yml"']


WORKFLOW: Final = (
    "name: CI\non: [push]\nenv:\n  A: 1\n  B: 2\n  C: 3\n  D: 4\n{place}  F: 6\n  G: 7\n"
)


@pytest.mark.parametrize("conflict", [False, True])
def test_a_workflow_that_was_moved_to_the_root_gets_only_what_its_own_service_gets(
    within: Tiny, *, conflict: bool
) -> None:
    whole, file = within.root.parent.parent, ".github/workflows/ci.yml"
    within.release({file: WORKFLOW.format(place="working-directory: .\n")})
    within.updated()
    commit(whole)
    (within.root / file).unlink()
    moved, others = (
        WORKFLOW.format(place=f"working-directory: {name}\n")
        for name in ("'back end/dienst-ü'  # here", "front")
    )
    moved = moved.replace("A: 1", "A: 9") if conflict else moved
    write(whole, {".github/workflows/b.yml": moved, ".github/workflows/a.yml": others})
    commit(whole)
    text = WORKFLOW.format(place="working-directory: .\n").replace("A: 1", "A: 5")
    within.release({file: text}, "v0.0.3")
    before = within.state()
    code, output = within.run("update", "--to", "v0.0.3")
    assert code == conflict
    changed = git(whole, "diff", "HEAD", "--name-only", "--", ".github").split()
    assert changed == [".github/workflows/b.yml"]
    assert ".github/workflows/b.yml" in output
    assert within.run("update", "--abort").code == 0
    assert within.state() == before
    assert not git(whole, "status", "--porcelain", "--", ".github")
    assert (whole / changed[0]).read_text() == moved


def test_a_worktree_is_updated_and_the_main_one_is_left_alone(tiny: Tiny, tmp_path: Path) -> None:
    tiny.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "beside"))
    before = tiny.state()
    beside = Tiny(tmp_path / "beside", tiny.template, tiny.variables)
    check_updated(beside)
    assert tiny.state() == before
    beside.updated()
    assert "Nothing is under way here" in tiny.refused("update", "--abort")


def test_a_shallow_clone_is_updated(tiny: Tiny, tmp_path: Path) -> None:
    tiny.own({"mine.txt": "Mine.\n"})
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tiny.root}", "shallow")
    check_updated(in_clone(tiny, tmp_path / "shallow"))


def test_a_submodule_is_updated(tiny: Tiny, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "whole")
    allowed = ("-c", "protocol.file.allow=always")
    git(tmp_path / "whole", *allowed, "submodule", "--quiet", "add", str(tiny.root), "sub")
    check_updated(in_clone(tiny, tmp_path / "whole" / "sub"))


def in_clone(tiny: Tiny, place: Path) -> Tiny:
    """Return a clone of the service, whose owner has a name."""
    clone = Tiny(place, tiny.template, tiny.variables)
    clone.config(user__name="Owner", user__email="owner@example.com")
    return clone


@pytest.mark.parametrize("name", ["feature/ümlaut.x", "v0.0.1", "HEAD~", "-"])
def test_a_branch_of_any_name_is_updated(tiny: Tiny, name: str) -> None:
    if name == "HEAD~":  # git allows none of that name: nothing is checked out by name at all
        tiny.git("checkout", "--quiet", "--detach")
    else:
        tiny.git("symbolic-ref", "HEAD", f"refs/heads/{name}")
        commit(tiny.root)
    check_updated(tiny)


def test_hooks_that_fail_do_not_run(tiny: Tiny) -> None:
    tiny.release({"app/main.py": "MAIN = 1\n", **RELEASE})
    tiny.own({"app/main.py": "OWN = 1\n"})
    before = tiny.state()
    hooks = tiny.root / ".git" / "hooks"
    write(hooks, dict.fromkeys(HOOKS, FAILING))
    for name in HOOKS:
        (hooks / name).chmod(0o755)
    assert tiny.update().code == 1
    tiny.write({"app/main.py": "OWN = 2\n"})
    assert tiny.run("update", "--continue").code == 0
    assert tiny.run("update", "--abort").code == 0
    assert not (hooks / "ran").exists()
    hooks.rename(hooks.with_name("away"))
    assert tiny.state() == before


def test_hooks_that_fail_do_not_run_when_the_result_is_committed(tiny: Tiny) -> None:
    tiny.release(RELEASE)
    hooks = tiny.root / ".git" / "hooks"
    write(hooks, dict.fromkeys(HOOKS, FAILING))
    for name in HOOKS:
        (hooks / name).chmod(0o755)
    code, output = tiny.update("--commit", "update")
    assert code == 0, output
    assert not (hooks / "ran").exists()
    assert (
        tiny.git("log", "-1", "--format=%s", "update")
        == f"build: update the template, v0.0.1 -> {NEXT}\n"
    )


def test_commits_that_must_be_signed_do_not_matter(tiny: Tiny) -> None:
    tiny.config(commit__gpgsign="true", gpg__program="false", user__signingkey="none")
    tiny.release(RELEASE)
    tiny.updated()


def test_a_commit_that_cannot_be_signed_leaves_the_update_to_finish(tiny: Tiny) -> None:
    tiny.config(commit__gpgsign="true", gpg__program="false", user__signingkey="none")
    tiny.release(RELEASE)
    code, output = tiny.update("--commit", "update")
    assert code == 1
    assert "gpg failed to sign" in output
    assert "Traceback" not in output
    assert tiny.run("update", "--abort").code == 0
    assert tiny.status() == []


def test_line_ends_of_another_system_do_not_matter(tiny: Tiny) -> None:
    tiny.own({".gitattributes": None})
    tiny.release({".gitattributes": None})
    tiny.config(core__autocrlf="true")
    tiny.git("rm", "--quiet", "-r", "--cached", ".")
    tiny.git("reset", "--quiet", "--hard")
    assert b"\r\n" in (tiny.root / "app/main.py").read_bytes()
    tiny.replace("app/main.py", "/docs", "/manual")
    tiny.git("commit", "--quiet", "--all", "--message=mine")
    main = (tiny.template / "template/app/main.py").read_text().replace('"20"', '"50"')
    tiny.git("tag", "unused")
    git(tiny.template, "tag", "--delete", NEXT)
    tiny.release({"app/main.py": main, **RELEASE})
    tiny.updated()
    assert 'app["docs"] = "/manual"\r\n' in tiny.read("app/main.py")
    assert 'app["limit"] = "50"\r\n' in tiny.read("app/main.py")
    assert tiny.git("diff", "--cached", "--numstat", "--", "app/main.py") == "1\t1\tapp/main.py\n"


def test_a_file_system_without_modes_does_not_matter(tiny: Tiny) -> None:
    tiny.config(core__fileMode="false")
    script = tiny.template / "template" / "run.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    check_updated(tiny)
    tiny.updated()
    assert tiny.git("ls-files", "--stage", "run.sh").startswith("100755")


def test_a_sparse_checkout_is_refused(tiny: Tiny) -> None:
    tiny.release(RELEASE)
    tiny.git("sparse-checkout", "set", "--no-cone", "/*", "!/migrations/")
    assert "run `git sparse-checkout disable`" in tiny.refused()
    tiny.git("sparse-checkout", "disable")
    tiny.updated()
