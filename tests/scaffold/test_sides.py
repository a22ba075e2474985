"""What one side deletes or adds, what fails after the merge, and what Copier itself has merged."""

import subprocess
import sys
from typing import Final

import pytest

from tests.scaffold.tiny import NEXT, Tiny

CONTINUE: Final = ("update", "--continue")
ABORT: Final = ("update", "--abort")

pytestmark = pytest.mark.slow


def test_what_the_owner_deleted_stays_deleted_and_is_reported(tiny: Tiny) -> None:
    tiny.own({"app/config.py": None, "app/logo.bin": None})
    tiny.release({"app/config.py": "SETTING = 1\n", "app/main.py": "MAIN = 1\n"})
    output = tiny.updated()
    assert "\nchanged by the template, but deleted here\n  app/config.py\n" in output
    assert tiny.status() == ["M  .copier-answers.yml", "M  app/main.py"]


def test_what_the_template_deletes_and_the_owner_edited_is_a_conflict(tiny: Tiny) -> None:
    mine = tiny.read("app/config.py") + "MINE = 1\n"
    tiny.own({"app/config.py": mine})
    before = tiny.state()
    tiny.release({"app/config.py": None})
    code, output = tiny.update()
    assert code == 1
    assert "\n  app/config.py (the template deletes it, you changed it)\n" in output
    assert "UD app/config.py" in tiny.status()
    assert tiny.read("app/config.py") == mine
    assert "deleted by them: app/config.py" in tiny.git("status")
    assert tiny.run(*ABORT).code == 0
    assert tiny.state() == before


def test_what_the_template_deletes_and_the_owner_left_alone_is_deleted(tiny: Tiny) -> None:
    tiny.release({"app/config.py": None})
    tiny.updated()
    assert not (tiny.root / "app/config.py").exists()


def test_a_file_that_both_have_new_is_a_conflict_where_they_differ(tiny: Tiny) -> None:
    tiny.own({"same.py": "SAME = 1\n", "other.py": "MINE = 1\n"})
    before = tiny.state()
    tiny.release({"same.py": "SAME = 1\n", "other.py": "THEIRS = 1\n"})
    code, output = tiny.update()
    assert code == 1
    assert "\n  other.py:1\n" in output
    assert "same.py" not in output
    assert tiny.run(*ABORT).code == 0
    assert tiny.state() == before


def test_a_failure_after_the_merge_leaves_the_update_to_finish(tiny: Tiny) -> None:
    before = tiny.state()
    tiny.release({"tools/pending_migration.py": "raise SystemExit('tables are not readable')\n"})
    code, output = tiny.update()
    assert code == 1
    assert "tables are not readable\n\nThe files are merged, but this has failed." in output
    assert tiny.run(*CONTINUE).code == 1
    tiny.write({"tools/pending_migration.py": "print('none is wanted')\n"})
    assert tiny.run(*CONTINUE).code == 0
    assert tiny.run(*ABORT).code == 0
    assert tiny.state() == before


def test_an_update_by_copier_is_finished_and_undone_alike(tiny: Tiny) -> None:
    tiny.own({"app/main.py": tiny.read("app/main.py").replace("/docs", "/manual")})
    tiny.release({"app/main.py": "MAIN = 1\n", "app/new.py": "NEW = 1\n"})
    before = tiny.state()
    subprocess.run(
        [sys.executable, "-m", "copier", "update", "--defaults", "--quiet"],
        cwd=tiny.root,
        check=True,
    )
    assert tiny.release_of_service() == NEXT
    tiny.git("add", "app/new.py")
    code, output = tiny.run(*CONTINUE)
    assert code == 1
    assert "\n  app/main.py:" in output
    tiny.write({"app/main.py": "MAIN = 1\n"})
    assert tiny.run(*CONTINUE).code == 0
    assert tiny.run(*ABORT).code == 0
    assert tiny.state() == before
