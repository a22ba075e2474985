"""What git does not track is the owner's: never overwritten, and left alone."""

from typing import Final

import pytest

from tests.scaffold.tiny import Tiny

IGNORES: Final = "*.local\n/local\n/notes.txt\n/docs/\n.venv\n"

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("mine", "theirs", "named"),
    [
        ({"notes.txt": "Mine.\n"}, "notes.txt", "notes.txt"),
        ({"secret.local": "Mine.\n"}, "secret.local", "secret.local"),
        ({"local/a": "Mine.\n"}, "local/a", "local/a"),
        ({"local": "Mine.\n"}, "local/a", "local"),
        ({"x.local": "Mine.\n"}, "x.local/deep/a", "x.local"),
        ({"docs/a.txt": "Mine.\n"}, "docs", "docs"),
        ({"local/a": "Mine.\n"}, "local", "local"),
        ({"app/möre.local": "Mine.\n"}, "app/möre.local", "app/möre.local"),
    ],
)
def test_what_git_does_not_track_is_never_overwritten(
    tiny: Tiny, mine: dict[str, str], theirs: str, named: str
) -> None:
    tiny.own({".gitignore": IGNORES})
    tiny.write(mine)
    tiny.release({theirs: "Theirs.\n"})
    assert f"The template brings {named}, where files of yours are" in tiny.refused()
    assert tiny.run("update", "--abort").output.startswith("Nothing is under way")


def test_untracked_files_are_refused_as_not_committed(tiny: Tiny) -> None:
    tiny.write({"app/new.py": "MINE = 1\n"})
    tiny.release({"app/new.py": "NEW = 1\n"})
    assert "The work tree is dirty (app/new.py)" in tiny.refused()


def test_ignored_files_beside_what_comes_stay(tiny: Tiny) -> None:
    tiny.own({".gitignore": IGNORES})
    tiny.write({"app/mine.local": "Mine.\n", "local/deep/b": "Mine.\n"})
    tiny.release({"app/new.py": "NEW = 1\n", "local/deep/a": "Theirs.\n"})
    before = tiny.state()
    tiny.updated()
    assert tiny.read("local/deep/a") == "Theirs.\n"
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


def test_a_file_that_was_taken_out_of_git_but_kept_is_left_alone(tiny: Tiny) -> None:
    tiny.git("rm", "--quiet", "--cached", "app/main.py", "app/config.py")
    tiny.own({".gitignore": tiny.read(".gitignore") + "/app/main.py\n/app/config.py\n"})
    tiny.write({"app/main.py": "MINE = 1\n"})
    tiny.release({"app/main.py": "THEIRS = 1\n", "app/config.py": None})
    config = tiny.read("app/config.py")
    output = tiny.updated()
    assert "app/main.py" not in output
    assert tiny.read("app/main.py") == "MINE = 1\n"
    assert tiny.read("app/config.py") == config
    assert tiny.status() == ["M  .copier-answers.yml"]


def test_answers_that_were_taken_out_of_git_are_left_alone(tiny: Tiny) -> None:
    tiny.git("rm", "--quiet", "--cached", ".copier-answers.yml")
    tiny.own({".gitignore": tiny.read(".gitignore") + "/.copier-answers.yml\n"})
    tiny.release({"app/main.py": "THEIRS = 1\n"})
    code, output = tiny.update()
    assert code in (0, 1), output
    assert "Traceback" not in output


def test_migrations_are_no_business_of_the_template(tiny: Tiny) -> None:
    versions = tiny.root / "migrations/versions"
    tiny.own({"migrations/versions/0001_first.py": "MINE = 1\n", "migrations/versions/0002.py": ""})
    tiny.release(
        {"migrations/versions/0001_first.py": "THEIRS = 1\n", "migrations/versions/0003.py": ""}
    )
    tiny.updated()
    assert tiny.status() == ["M  .copier-answers.yml"]
    assert sorted(path.name for path in versions.iterdir()) == ["0001_first.py", "0002.py"]
