"""An update that conflicts loses nothing and tells how to go on and back."""

from pathlib import Path
from typing import Final

import pytest
from copier import run_copy

from tests.repositories import commit, git
from tests.support import Service
from tests.updates.command import ANSWERS, BACK_OUT, FINISH, release, status
from tests.updates.text import append, replace, write

SETTINGS: Final = """
[apply]
    whitespace = fix
[core]
    autocrlf = true
[status]
    showUntrackedFiles = no
"""
ENVIRONMENT_FILES: Final = 12_000  # whose names are longer than what Linux gives a program

pytestmark = pytest.mark.slow


def mended(text: str) -> str:
    """Return a text with the owner's side of each conflict."""
    before, _, rest = text.partition("<<<<<<< before updating\n")
    ours, _, rest = rest.partition("=======\n")
    return before + ours + rest.partition(">>>>>>> after updating\n")[2]


def test_a_conflict_fails_and_can_be_finished(followed: Service, own_template: Path) -> None:
    line = "    app.include_router(health.router)\n"
    replace(followed.path / "app/main.py", line, line.replace("router)", "router, tags=[])"))
    commit(followed.path)
    replace(
        own_template / "template/app/main.py",
        line,
        line.replace("app.include", "None or app.include"),
    )
    release(own_template)

    code, output = followed.attempt("poe", "update")

    assert code == 1
    number = (followed.path / "app/main.py").read_text().split("<<<<<<<")[0].count("\n") + 1
    assert f"  app/main.py:{number}\n" in output
    assert FINISH in output
    assert BACK_OUT in output
    for again in ((), ("--continue",)):
        code, output = followed.attempt("poe", "update", *again)
        assert code == 1
        assert f"A merge is not finished: first mend app/main.py:{number}" in output

    text = (followed.path / "app/main.py").read_text()
    (followed.path / "app/main.py").write_text(mended(text))
    output = followed.run("poe", "update", "--continue")
    assert "none is wanted" in output
    assert "health.router, tags=[])" in (followed.path / "app/main.py").read_text()
    assert not git(followed.path, "diff", "--name-only", "--diff-filter=U")
    commit(followed.path)
    assert "newest release" in followed.run("poe", "update")


def test_a_conflict_can_be_taken_back_without_loss(followed: Service, own_template: Path) -> None:
    line = "    app.include_router(health.router)\n"
    replace(followed.path / "app/main.py", line, line.replace("router)", "router, tags=[])"))
    (followed.path / ".env").write_text("LOG_FORMAT=json\n")
    commit(followed.path)
    replace(own_template / "template/app/main.py", line, "")
    (own_template / "template" / "NEW.md").write_text("New.\n")
    release(own_template)
    assert followed.attempt("poe", "update")[0] == 1
    followed.run("sh", "-c", BACK_OUT)
    assert not status(followed)
    assert "health.router, tags=[])" in (followed.path / "app/main.py").read_text()
    assert (followed.path / ".env").read_text() == "LOG_FORMAT=json\n"
    assert "_commit: v0.0.1" in (followed.path / ANSWERS).read_text()


def test_a_line_stays_in_its_place_among_others_that_look_alike(
    owned: Service, own_template: Path
) -> None:
    block = "- one\n- two\n- three\n- four\n"
    notes = own_template / "template" / "NOTES.md"
    notes.write_text("# Notes\n" + block * 6 + "End.\n")
    release(own_template, "v0.0.2")
    place = owned.path.with_name("noted")
    run_copy(str(own_template), place, defaults=True, quiet=True)
    (place / "NOTES.md").write_text(
        "# Notes\n" + block * 3 + "- one\n- two\n- OURS\n- three\n- four\n" + block * 2 + "End.\n"
    )
    git(place, "init", "--quiet")
    commit(place)
    notes.write_text("# Notes\n\nThey grow.\n\n" + block * 8 + "End.\n")
    release(own_template)
    Service(place, owned.environment).run("poe", "update")
    text = (place / "NOTES.md").read_text()
    assert text.partition("- OURS\n")[2] == "- three\n- four\n" + block * 2 + "End.\n"


def test_what_the_release_deletes_stays_if_it_was_edited(
    followed: Service, own_template: Path
) -> None:
    append(followed.path / "app" / "core" / "etag.py", "\nOWN = 1\n")
    commit(followed.path)
    (own_template / "template" / "app" / "core" / "etag.py").unlink()
    (own_template / "template" / "app" / "core" / "discovery.py").unlink()
    release(own_template)
    code, output = followed.attempt("poe", "update")
    assert code == 1
    assert "  app/core/etag.py: the template has it no more; it was kept" in output
    assert "\ndeleted\n  app/core/discovery.py\n" in output
    assert (followed.path / "app/core/etag.py").read_text().endswith("\nOWN = 1\n")


def test_what_git_ignores_is_left_alone(followed: Service, own_template: Path) -> None:
    place = followed.path
    git(place, "rm", "--quiet", "--cached", ".editorconfig")
    append(place / ".gitignore", "/.editorconfig\n/own/\n")
    append(place / ".editorconfig", "# mine\n")
    commit(place)
    files = {name: place / name for name in ("own/NEW.md", "own/OTHER.md", ".editorconfig")}
    for file in files.values():
        write(file, f"{file} is mine\n")
    for number in range(ENVIRONMENT_FILES):
        write(place / ".venv" / "lib" / f"{number:0>200}.py", "")
    write(own_template / "template" / "own" / "NEW.md", "New.\n")
    (own_template / "template" / ".editorconfig").unlink()
    release(own_template)
    output = followed.run("poe", "update")
    assert "\nleft as it is, since git ignores it\n  .editorconfig\n  own/NEW.md\n" in output
    assert {file.read_text() == f"{file} is mine\n" for file in files.values()} == {True}


def test_what_the_release_changes_in_a_file_that_was_moved_is_told(
    followed: Service, own_template: Path
) -> None:
    service = "app/services/product_service.py"
    (followed.path / service).rename(followed.path / "app/services/rules.py")
    commit(followed.path)
    for file in (own_template / "template/app/services").glob("*yield*"):
        append(file, "\nLATER = 1\n")
    release(own_template)
    _, output = followed.attempt("poe", "update")
    assert "\nchanged by the template, but moved or deleted here: carry over" in output
    assert f"\n  {service}\n" in output


def test_a_conflict_in_a_file_that_is_no_unicode_is_not_taken_for_mended(
    followed: Service, own_template: Path
) -> None:
    readme = followed.path / "README.md"
    readme.write_bytes(readme.read_bytes().replace(b"## Quick start", b"## Gr\xfc\xdfe"))
    commit(followed.path)
    for file in (own_template / "template").glob("README.md*"):
        replace(file, "## Quick start", "## Slow start")
    release(own_template)
    assert followed.attempt("poe", "update")[0] == 1
    code, output = followed.attempt("poe", "update", "--continue")
    assert (code, "README.md:" in output) == (1, True)


def test_settings_of_git_change_nothing(
    followed: Service, own_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "gitconfig").write_text(SETTINGS)
    append(followed.path / "app" / "main.py", "\nOWN = 1  \n")
    commit(followed.path)
    line = "    app.include_router(health.router)\n"
    replace(own_template / "template/app/main.py", line, f"{line}    app.state.later = 1\n")
    release(own_template)
    followed.run("poe", "update", GIT_CONFIG_GLOBAL=str(tmp_path / "gitconfig"))
    text = (followed.path / "app" / "main.py").read_bytes()
    assert b"app.state.later = 1" in text
    assert text.endswith(b"\nOWN = 1  \n")
    assert b"\r" not in text


def test_resources_that_copier_has_lost_are_named(followed: Service) -> None:
    replace(followed.path / ANSWERS, "name: product", "name: other")
    code, output = followed.attempt("poe", "update", "--continue")
    assert code == 1
    assert "The update has lost resources: product." in output
    assert "uv run copier update --data-file .copier-answers.yml" in output
