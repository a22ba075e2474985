"""`poe update` with the whole template: what it prints, merges, and leaves to do."""

from pathlib import Path
from typing import Final

import pytest

from tests.repositories import commit, git
from tests.running import done, scaffold
from tests.support import Service
from tests.updates.command import ANSWERS, FINISH, UNDO, copier, owners_side, release, status
from tests.updates.text import append, replace

TO: Final = ("--to", "v0.0.3")
RESTORE: Final = "git checkout HEAD -- pyproject.toml"
RUN: Final = ("uv", "run", "--active", "--no-sync", "true")
LINE: Final = "    app.include_router(health.router)\n"
OWN_LINE: Final = LINE.replace("router)", "router, tags=[])")

pytestmark = pytest.mark.slow


def test_check_prints_what_the_changelog_says_and_writes_nothing(
    followed: Service, own_template: Path
) -> None:
    release(own_template)
    assert "The service has the newest release of its template: v0.0.1." in done(
        followed.path, "update", "--check", "--to", "v0.0.1"
    )
    code, output = scaffold(followed.path, "update", "--check", *TO)
    assert code == 2
    assert "v0.0.1 -> v0.0.3\n" in output
    assert output.index("Brings the third.") < output.index("nothing for the second.")
    assert "The first." not in output
    assert "Not for anybody yet." not in output
    assert "uv run poe update" in output
    assert not status(followed.path)


def test_an_update_is_merged_and_finished(followed: Service, own_template: Path) -> None:
    append(followed.path / "app" / "main.py", "\nOWN = 1\n")
    commit(followed.path)
    replace(own_template / "template/app/main.py.jinja", LINE, f"{LINE}    app.state.later = 1\n")
    (own_template / "template" / ".editorconfig").unlink()
    (own_template / "template" / "NEW.md").write_text("New.\n")
    release(own_template)

    output = done(followed, "update", *TO)

    assert "v0.0.1 -> v0.0.3\n" in output
    assert "\ncreated\n  NEW.md\n" in output
    assert "\nchanged\n  .copier-answers.yml\n  app/main.py\n" in output
    assert "\ndeleted\n  .editorconfig\n" in output
    assert "none is wanted" in output
    assert "uv run poe check" in output
    assert "uv run poe update --abort" in output
    text = (followed.path / "app" / "main.py").read_text()
    assert "app.state.later = 1" in text
    assert text.endswith("\nOWN = 1\n")
    assert "_commit: v0.0.3" in (followed.path / ANSWERS).read_text()
    commit(followed.path)
    assert "newest release" in done(followed, "update", *TO)


def test_a_changed_table_wants_a_migration_and_the_result_a_branch(
    followed: Service, own_template: Path
) -> None:
    name = "{% yield resource from entities %}{{ resource.name }}{% endyield %}.py.jinja"
    table = own_template / "template" / "app" / "db" / "models" / name
    comment = '    __table_args__ = ({"comment": "Sold."},)\n'
    replace(table, "    __tablename__ =", f"{comment}    __tablename__ =")
    replace(table, "{{ table_args(resource) }}", "")
    release(own_template)
    git(followed.path, "config", "user.name", "Owner")
    git(followed.path, "config", "user.email", "owner@example.com")

    output = done(followed, "update", *TO, "--commit", "template-update")

    assert 'wanted: uv run poe makemigration "follow the template"' in output
    assert git(followed.path, "branch", "--show-current") == "template-update\n"
    message = git(followed.path, "log", "-1", "--format=%B")
    assert message.startswith("build: update the template, v0.0.1 -> v0.0.3\n\n## 0.0.3")
    assert not status(followed.path)
    followed.run("poe", "makemigration", "follow the template")
    assert "?? migrations/versions/" in "".join(status(followed.path))


def test_a_conflict_in_a_module_can_be_resolved(followed: Service, own_template: Path) -> None:
    main = followed.path / "app" / "main.py"
    replace(main, LINE, OWN_LINE)
    commit(followed.path)
    replace(own_template / "template/app/main.py.jinja", LINE, LINE.replace("app.", "None or app."))
    release(own_template)

    code, output = scaffold(followed, "update", *TO)

    assert code == 1
    number = main.read_text().split("<<<<<<<")[0].count("\n") + 1
    assert f"  app/main.py:{number}\n" in output
    assert FINISH in output
    owners_side(main)
    assert "none is wanted" in done(followed, "update", "--continue")
    assert OWN_LINE in main.read_text()
    assert not git(followed.path, "diff", "--name-only", "--diff-filter=U")


def test_a_conflict_in_the_project_can_be_undone_although_no_task_runs(
    followed: Service, own_template: Path
) -> None:
    line = 'requires-python = ">=3.11"\n'
    replace(followed.path / "pyproject.toml", line, line.replace("3.11", "3.12"))
    commit(followed.path)
    replace(own_template / "template" / "pyproject.toml.jinja", line, line.replace("3.11", "3.13"))
    release(own_template)
    code, output = scaffold(followed.path, "update", *TO)
    assert code == 1
    assert "  pyproject.toml:" in output
    assert output.endswith(f"\n  {RESTORE} && uv run poe update --abort\n")
    assert followed.attempt(*RUN)[0] != 0
    git(followed.path, *RESTORE.removeprefix("git ").split())
    followed.run(*RUN)
    done(followed.path, "update", "--abort")
    assert not status(followed.path)


def test_what_plain_copier_has_merged_is_finished(followed: Service, own_template: Path) -> None:
    append(own_template / "template" / "app" / "main.py.jinja", "\n# later\n")
    release(own_template)
    output = copier(followed.path, "update", "--defaults")
    assert FINISH in output
    assert UNDO in output
    assert "none is wanted" in done(followed, "update", "--continue")


def test_resources_that_copier_has_lost_are_named(followed: Service) -> None:
    replace(followed.path / ANSWERS, "name: product", "name: other")
    code, output = scaffold(followed.path, "update", "--continue")
    assert code == 1
    assert "The update has lost resources: product." in output
    assert "uvx copier update --data-file .copier-answers.yml" in output


def test_an_answer_that_the_release_refuses_stops_the_update(
    followed: Service, own_template: Path
) -> None:
    validate = own_template / "template" / "_macros" / "validate.jinja"
    validate.write_text("{% if resources %}Write no resources any more.{% endif %}")
    release(own_template)
    code, output = scaffold(followed.path, "update", *TO)
    assert code == 1
    assert output.endswith("\nWrite no resources any more.\n")
    assert not status(followed.path)
