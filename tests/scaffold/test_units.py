"""What the modules of `scaffold/` do by themselves: releases, notes, renders and the screen."""

import os
import pty
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Final

import pytest

from scaffold import operation as operations
from scaffold.cli import main
from scaffold.errors import ScaffoldError
from scaffold.git import Repository, marked_lines, shortened
from scaffold.operation import Operation
from scaffold.releases import is_newer, news, sections, url_of, version_of
from scaffold.render import Render, render_into, sentence_of, write_tree
from tests.repositories import git
from tests.running import as_process
from tests.scaffold.files import CHANGELOG
from tests.scaffold.tiny import NEXT, Tiny, write
from tests.support import TIMEOUT_SECONDS


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("v0.9.0", "v0.10.0"),
        ("0.5.1", "v0.6.0"),
        ("v1.0.0rc1", "v1.0.0"),
        ("v0.5.1", "v0.5.1-3-g0ce8838"),
        ("v0.5.1-3-g0ce8838", "v0.5.1-12-g0ce8838"),
        ("v0.5.1-12-g0ce8838", "v0.5.2"),
    ],
)
def test_releases_are_ordered_by_version(older: str, newer: str) -> None:
    assert is_newer(newer, older)
    assert not is_newer(older, newer)
    assert not is_newer(newer, newer)


def test_what_has_no_version_is_newer_than_anything_else() -> None:
    assert version_of("main") is None
    assert is_newer("main", "v0.1.0")
    assert is_newer("v0.1.0", "0ce8838")
    assert not is_newer("main", "main")


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("gh:org/name", "https://github.com/org/name.git"),
        ("gh:/org/name.git", "https://github.com/org/name.git"),
        ("gl:group/sub/name", "https://gitlab.com/group/sub/name.git"),
        ("git+https://host/name", "https://host/name"),
        ("git+ssh://git@host/name.git", "ssh://git@host/name.git"),
        ("https://host/name.git", "https://host/name.git"),
        ("git@host:org/name.git", "git@host:org/name.git"),
        ("ssh://git@host:22/name", "ssh://git@host:22/name"),
        ("/srv/template", "/srv/template"),
        ("~/template", str(Path.home() / "template")),
    ],
)
def test_all_forms_of_a_source_become_what_git_takes(source: str, url: str) -> None:
    assert url_of(source) == url


def test_a_changelog_is_cut_to_the_releases_between() -> None:
    both = sections(CHANGELOG, "v0.0.1", "v0.0.3")
    assert both.startswith("## 0.0.3 (2026-03-01)\n\nBrings the third.\n\n## 0.0.2")
    assert "The first" not in both
    assert sections(CHANGELOG, "v0.0.1", NEXT) == "## 0.0.2 (2026-02-01)\n\nBrings the second."
    assert sections(CHANGELOG, NEXT, NEXT) == ""
    assert "The first." in sections(CHANGELOG, "main", "other")
    assert sections("## Unreleased\n\nNot yet.\n", "v0.0.1", "v9") == ""


def test_news_come_from_the_release_itself(tiny: Tiny) -> None:
    write(tiny.template, {"CHANGELOG.md": CHANGELOG.replace("second", "second, rewritten")})
    tiny.release({})
    write(tiny.template, {"CHANGELOG.md": None})
    assert news(str(tiny.template), "v0.0.1", NEXT).endswith("Brings the second, rewritten.")
    with pytest.raises(ScaffoldError, match="The template at /nowhere cannot be read: "):
        news("/nowhere", "v0.0.1", NEXT)


def test_an_answer_that_is_refused_is_reported_in_the_words_of_the_template() -> None:
    text = "Validation error for question 'resources': Write one.\n"
    assert sentence_of(text, NEXT) == "Write one."
    assert (
        sentence_of("no space left", NEXT)
        == f"The template cannot be rendered at {NEXT}: no space left"
    )


def test_a_render_has_no_migrations_and_its_tree_has_every_file(tiny: Tiny, tmp_path: Path) -> None:
    folder = tmp_path / "render"
    render_into(folder, Render(str(tiny.template), "v0.0.1", {"service_name": "other"}))
    assert not (folder / "migrations/versions").exists()
    write(folder, {".env": "IGNORED=1\n", "crlf.bin": b"a\r\n"})
    before = tiny.state()
    repository = Repository(tiny.root)
    tree = write_tree(repository, folder)
    assert tiny.state() == before
    names = repository.run("ls-tree", "-r", "--name-only", tree).splitlines()
    assert ".env" in names
    assert repository.run("show", f"{tree}:README.md") == "# other\n\nA service.\n"


def test_a_tree_lies_as_deep_as_the_service(tiny: Tiny) -> None:
    folder = tiny.root / "app"
    tree = write_tree(Repository(folder), tiny.root / "tools")
    assert git(tiny.root, "ls-tree", "-r", "--name-only", tree) == "app/pending_migration.py\n"


def test_an_operation_cannot_begin_twice(tiny: Tiny) -> None:
    repository = Repository(tiny.root)
    operation = Operation("update", "v1 -> v2", "build: update", operations.head_of(repository))
    operations.begin(repository, operation)
    assert operations.current(repository) is None  # nothing is written yet
    operations.begin(repository, operation)
    tiny.write({"app/main.py": "HALF = 1\n"})
    assert operations.current(repository) == operation
    with pytest.raises(ScaffoldError, match=r"The update \(v1 -> v2\) is under way here"):
        operations.begin(repository, operation)


def test_an_unwritable_note_is_what_git_says(tiny: Tiny) -> None:
    repository = Repository(tiny.root)
    with pytest.raises(ScaffoldError, match="`git rev-parse --verify nothing` failed: fatal"):
        repository.run("rev-parse", "--verify", "nothing")
    assert repository.ask("rev-parse", "--verify", "nothing") == ""
    assert repository.text_at("HEAD", "app/main.py").startswith('"""Assembles')
    assert repository.text_at("HEAD", "nothing") == ""


def test_marked_lines_are_those_where_conflicts_begin(tmp_path: Path) -> None:
    write(tmp_path, {"a": b"\xff\r\n<<<<<<< ours\r\n=======\n>>>>>>> \n<<<<<<<\n<<<<<<< x"})
    assert marked_lines(tmp_path / "a") == [2, 6]
    assert marked_lines(tmp_path) == []
    assert marked_lines(tmp_path / "nothing") == []
    assert shortened(["a", "b"]) == "a, b"


def test_patches_that_a_release_before_left_are_conflicts(tiny: Tiny) -> None:
    tiny.write({"app/main.py.rej": "@@\n"})
    assert Repository(tiny.root).conflicts() == ["app/main.py.rej"]


RELEASE: Final = {"app/main.py": "MAIN = 1\n", "app/new.py": "NEW = 1\n", "app/logo.bin": None}


def on_terminal(tiny: Tiny, *arguments: str) -> str:
    """Run the command on a terminal of its own, and return what appears there."""
    ours, theirs = pty.openpty()
    look = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}
    with ThreadPoolExecutor() as pool, as_process(tiny.root, tiny.variables | look):
        shown = pool.submit(read_all, ours)
        with os.fdopen(theirs, "w") as screen, redirect_stdout(screen), redirect_stderr(screen):
            sys.argv = ["scaffold", *arguments]
            with pytest.raises(SystemExit) as ended:
                main()
        assert ended.value.code == 0, shown.result()
        return shown.result()


def read_all(terminal: int) -> str:
    """Return what is written to a terminal until its other end is closed."""
    shown = b""
    with suppress(OSError):
        while more := os.read(terminal, 4096):
            shown += more
    os.close(terminal)
    return shown.decode()


def test_a_terminal_shows_a_tree_a_status_line_and_colours(tiny: Tiny) -> None:
    tiny.release(RELEASE)
    shown = on_terminal(tiny, "update", "--to", NEXT)
    assert "Rendering both releases …" in shown
    assert "\x1b[" in shown
    assert "1 created, 2 changed, 1 deleted" in shown
    assert "├── app/" in shown or "└── app/" in shown
    assert "new.py  created" in shown


def test_a_pipe_gets_plain_lines(tiny: Tiny, tmp_path: Path) -> None:
    tiny.release(RELEASE)
    process = tiny.start("update", "--to", NEXT, log=tmp_path / "log")
    assert process.wait(TIMEOUT_SECONDS) == 0
    printed = (tmp_path / "log").read_text()
    assert (
        "\ncreated\n  app/new.py\n\nchanged\n  .copier-answers.yml\n  app/main.py\n\ndeleted\n"
        in printed
    )
    assert "\x1b[" not in printed
    assert "├" not in printed


def test_quiet_prints_errors_only(tiny: Tiny) -> None:
    tiny.release(RELEASE)
    assert on_terminal(tiny, "update", "--to", NEXT, "--quiet") == ""
    assert on_terminal(tiny, "update", "--abort", "--quiet") == ""
    assert on_terminal(tiny, "resource", "list", "--quiet") == ""
    code, output = tiny.run("update", "--abort", "--quiet")
    assert (code, output) == (1, "Nothing is under way here: there is nothing to undo.\n")


def test_a_terminal_shows_resources_as_a_table_and_a_pipe_as_commands(tiny: Tiny) -> None:
    assert "fields" in on_terminal(tiny, "resource", "list")
    assert tiny.run("resource", "list").output == "product name:str --plural products\n"
