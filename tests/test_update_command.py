"""`poe update` says what comes, brings it in, and tells what is left to do."""

import shutil
from pathlib import Path

import pytest

from tests.repositories import commit
from tests.support import Service
from tests.updates.command import ANSWERS, BACK_OUT, FINISH, release, status
from tests.updates.text import append, replace

pytestmark = pytest.mark.slow


def test_check_only_tells(followed: Service, own_template: Path) -> None:
    assert "The service has the newest release of its template: 0.0.1." in followed.run(
        "poe", "update", "--check"
    )
    append(own_template / "template" / "app" / "main.py", "\n# later\n")
    release(own_template)
    code, output = followed.attempt("poe", "update", "--check")
    assert code == 2
    assert "0.0.1 -> 0.0.3\n" in output
    assert output.index("Brings the third.") < output.index("nothing for the second.")
    assert "The first." not in output
    assert "Not for anybody yet." not in output
    assert "uv run poe update" in output
    assert not status(followed)


def test_an_update_is_told_made_and_finished(followed: Service, own_template: Path) -> None:
    append(followed.path / "app" / "main.py", "\nOWN = 1\n")
    commit(followed.path)
    insert = "    install_error_handlers(app)\n"
    replace(own_template / "template/app/main.py", insert, f"{insert}    app.state.later = 1\n")
    (own_template / "template" / ".editorconfig").unlink()
    (own_template / "template" / "NEW.md").write_text("New.\n")
    release(own_template)

    output = followed.run("poe", "update")

    assert "0.0.1 -> 0.0.3\n" in output
    assert "\ncreated\n  NEW.md\n" in output
    assert "\nchanged\n  .copier-answers.yml\n  app/main.py\n" in output
    assert "\ndeleted\n  .editorconfig\n" in output
    assert "none is wanted" in output
    assert "uv run poe check" in output
    assert BACK_OUT in output
    text = (followed.path / "app" / "main.py").read_text()
    assert "app.state.later = 1" in text
    assert text.endswith("\nOWN = 1\n")
    assert "_commit: v0.0.3" in (followed.path / ANSWERS).read_text()
    commit(followed.path)
    assert "newest release" in followed.run("poe", "update")


def test_an_update_that_changes_a_table_asks_for_a_migration(
    followed: Service, own_template: Path
) -> None:
    name = "{% yield resource from entities %}{{ resource.name }}{% endyield %}.py.jinja"
    table = own_template / "template" / "app" / "db" / "models" / name
    replace(
        table,
        '    __tablename__ = "',
        '    __table_args__ = {"comment": ""}\n    __tablename__ = "',
    )
    replace(table, '{"comment": ""}', '({"comment": "Sold."},)')
    replace(table, "{{ table_args(resource) }}", "")
    release(own_template)
    output = followed.run("poe", "update")
    assert 'wanted: uv run poe makemigration "follow the template"' in output
    commit(followed.path)
    followed.run("poe", "makemigration", "follow the template")
    assert "?? migrations/versions/" in "".join(status(followed))


def test_what_is_not_committed_stops_it(followed: Service, own_template: Path) -> None:
    release(own_template)
    append(followed.path / "app" / "main.py", "\nOWN = 1\n")
    code, output = followed.attempt("poe", "update")
    assert code == 1
    assert "The work tree is dirty (app/main.py): commit or stash first" in output
    assert status(followed) == [" M app/main.py"]


def test_a_template_out_of_reach_is_named(followed: Service, own_template: Path) -> None:
    shutil.rmtree(own_template)
    code, output = followed.attempt("poe", "update")
    assert code == 1
    assert f"Copier could not look for releases in {own_template}: " in output
    assert "Traceback" not in output
    assert not status(followed)


def test_a_lost_source_is_named(followed: Service) -> None:
    replace(followed.path / ANSWERS, "_src_path:", "_lost_path:")
    commit(followed.path)
    code, output = followed.attempt("poe", "update")
    assert code == 1
    assert ".copier-answers.yml has lost its _src_path" in output


def test_plain_copier_tells_the_same_ways_on(followed: Service, own_template: Path) -> None:
    append(own_template / "template" / "app" / "main.py", "\n# later\n")
    release(own_template)
    output = followed.run("copier", "update", "--defaults")
    assert FINISH in output
    assert BACK_OUT in output
    assert "none is wanted" in followed.run("poe", "update", "--continue")
