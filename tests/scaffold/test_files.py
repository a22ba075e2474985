"""Files of every kind that an owner has: links, other encodings, binary ones, merge drivers."""

import os
import re
from pathlib import Path
from typing import Final

import pytest

from tests.repositories import commit, git
from tests.scaffold.tiny import LABEL, Tiny

LATIN: Final = "# Größe\n".encode("latin-1")
LATIN_NAME: Final = os.fsdecode("app/größe.py".encode("latin-1"))
DRIVER: Final = "app/main.py merge=mine\n"

pytestmark = pytest.mark.slow


def test_a_merge_driver_of_the_owner_decides(tiny: Tiny) -> None:
    main = tiny.read("app/main.py")
    tiny.config(merge__mine__driver="true")  # it keeps what the owner has
    tiny.own(
        {
            ".gitattributes": tiny.read(".gitattributes") + DRIVER,
            "app/main.py": main.replace("/docs", "/manual"),
        }
    )
    tiny.release({"app/main.py": main.replace("/docs", "/reference"), "app/new.py": "NEW = 1\n"})
    tiny.updated()
    assert tiny.read("app/main.py") == main.replace("/docs", "/manual")
    assert tiny.read("app/new.py") == "NEW = 1\n"


def test_a_union_of_both_sides_is_no_conflict(tiny: Tiny) -> None:
    main = tiny.read("app/main.py")
    tiny.own({".gitattributes": "app/main.py merge=union\n", "app/main.py": f"{main}# mine\n"})
    tiny.release({"app/main.py": f"{main}# theirs\n"})
    tiny.updated()
    assert tiny.read("app/main.py") == f"{main}# mine\n# theirs\n"


def test_line_ends_that_git_shall_not_touch_stay(tiny: Tiny) -> None:
    main = tiny.read("app/main.py")
    tiny.own(
        {
            ".gitattributes": "* -text\n",
            "mine.txt": "one\r\ntwo\r\n",
            "app/main.py": main.replace("/docs", "/manual"),
        }
    )
    tiny.release({"app/main.py": main.replace('"20"', '"50"'), "windows.bat": "@echo\r\n"})
    tiny.updated()
    assert tiny.read("mine.txt") == "one\r\ntwo\r\n"
    assert tiny.read("app/main.py") == main.replace("/docs", "/manual").replace('"20"', '"50"')


def test_a_filter_of_the_owner_is_applied_both_ways(tiny: Tiny) -> None:
    main = tiny.read("app/main.py")
    tiny.config(filter__upper__clean="sed s/TINY/tiny/", filter__upper__smudge="sed s/tiny/TINY/")
    tiny.own({".gitattributes": "app/main.py filter=upper\n"})
    tiny.git("rm", "--quiet", "--cached", "app/main.py")
    tiny.git("reset", "--quiet", "--hard")
    tiny.release({"app/main.py": main.replace('"20"', '"50"')})
    tiny.updated()
    assert tiny.read("app/main.py") == main.replace('"20"', '"50"').replace("tiny", "TINY")
    assert tiny.git("diff", "--cached", "--numstat", "--", "app/main.py") == "1\t1\tapp/main.py\n"


def test_a_link_of_the_owner_stays(tiny: Tiny) -> None:
    (tiny.root / "link.py").symlink_to("app/main.py")
    (tiny.root / "broken").symlink_to("nowhere")
    (tiny.root / "folder").symlink_to("app")
    commit(tiny.root)
    tiny.release({"app/main.py": "MAIN = 2\n"})
    tiny.updated()
    assert (tiny.root / "link.py").readlink() == Path("app/main.py")
    assert (tiny.root / "broken").readlink() == Path("nowhere")
    assert tiny.read("folder/main.py") == "MAIN = 2\n"


@pytest.mark.parametrize("changed", [True, False])
def test_a_file_that_the_owner_made_a_link_stays_one(tiny: Tiny, changed: bool) -> None:
    tiny.own({"other/main.py": "OTHER = 1\n", "app/main.py": None})
    (tiny.root / "app/main.py").symlink_to("../other/main.py")
    commit(tiny.root)
    before = tiny.state()
    tiny.release({"app/main.py" if changed else "app/config.py": "NEW = 1\n"})
    code, output = tiny.update()
    assert code == changed
    assert ("  app/main.py" in output) == changed
    assert tiny.read("other/main.py") == "OTHER = 1\n"
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


@pytest.mark.parametrize("kept", ["ignored", "untracked"])
def test_a_link_to_a_folder_where_the_template_brings_one_is_refused(tiny: Tiny, kept: str) -> None:
    if kept == "ignored":
        tiny.own({".gitignore": tiny.read(".gitignore") + "/data\n"})
    (tiny.root / "data").symlink_to("app")
    tiny.release({"data/new.py": "NEW = 1\n"})
    assert "data" in tiny.refused()
    assert (tiny.root / "data").is_symlink()


def test_a_file_that_is_not_utf_8_is_merged(tiny: Tiny) -> None:
    base = (tiny.template / "template/app/main.py").read_bytes()
    old = base.replace(b'"/docs"', b'"/docs"  # ' + "größe".encode("latin-1"))
    (tiny.root / "app/main.py").write_bytes(LATIN + old)
    commit(tiny.root)
    tiny.release({"app/main.py": base.replace(b'"30"', b'"60"')})
    tiny.updated()
    assert (tiny.root / "app/main.py").read_bytes() == LATIN + old.replace(b'"30"', b'"60"')


def test_a_file_whose_name_is_not_utf_8_is_merged_and_shown(tiny: Tiny) -> None:
    text = tiny.read("app/config.py")
    (tiny.root / "app/config.py").rename(tiny.root / LATIN_NAME)
    commit(tiny.root)
    before = tiny.state()
    tiny.release({"app/config.py": text.replace("SETTING_9 = 9", "SETTING_9 = 99")})
    tiny.updated()
    assert "SETTING_9 = 99" in tiny.read(LATIN_NAME)
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


def test_the_command_prints_a_name_that_is_not_utf_8(tiny: Tiny, tmp_path: Path) -> None:
    text = tiny.read("app/config.py")
    (tiny.root / "app/config.py").rename(tiny.root / LATIN_NAME)
    commit(tiny.root)
    tiny.release({"app/config.py": text.replace("SETTING_9 = 9", "SETTING_9 = 99")})
    strict = {"PYTHONIOENCODING": "utf-8:strict"}  # as in a shell whose language is set
    process = tiny.start("update", "--to", "v0.0.2", log=tmp_path / "log", **strict)
    assert process.wait(60) == 0, (tmp_path / "log").read_text(errors="replace")
    tiny.write({LATIN_NAME: "DIRTY = 1\n"})
    process = tiny.start("update", "--to", "v0.0.2", log=tmp_path / "log", **strict)
    assert process.wait(60) == 1
    assert "The work tree is dirty" in (tmp_path / "log").read_text(errors="replace")


def test_a_binary_file_that_only_the_template_changed_comes(tiny: Tiny) -> None:
    tiny.own({"mine.bin": b"\0\xff\n" * 9})
    tiny.release({"app/logo.bin": b"\0new\xfe", "app/more.bin": b"\xff\0\r\n\r\n"})
    tiny.updated()
    assert (tiny.root / "app/logo.bin").read_bytes() == b"\0new\xfe"
    assert (tiny.root / "app/more.bin").read_bytes() == b"\xff\0\r\n\r\n"
    assert (tiny.root / "mine.bin").read_bytes() == b"\0\xff\n" * 9


def test_a_binary_file_that_only_the_owner_changed_stays(tiny: Tiny) -> None:
    tiny.own({"app/logo.bin": b"\0mine\xfe"})
    tiny.release({"app/new.py": "NEW = 1\n"})
    tiny.updated()
    assert (tiny.root / "app/logo.bin").read_bytes() == b"\0mine\xfe"


def test_a_binary_file_that_both_changed_is_a_conflict_without_a_line(tiny: Tiny) -> None:
    tiny.own({"app/logo.bin": b"\0mine\xfe"})
    before = tiny.state()
    tiny.release({"app/logo.bin": b"\0theirs\xfe"})
    code, output = tiny.update()
    assert code == 1
    assert "\n  app/logo.bin\n" in output
    assert (tiny.root / "app/logo.bin").read_bytes() == b"\0mine\xfe"
    assert tiny.status() == ["M  .copier-answers.yml", "UU app/logo.bin"]
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before
    tiny.update()
    tiny.git("checkout", "--theirs", "app/logo.bin")
    assert tiny.run("update", "--continue").code == 0
    assert (tiny.root / "app/logo.bin").read_bytes() == b"\0theirs\xfe"


@pytest.mark.parametrize(
    ("name", "attributes"), [("app/logo.bin", ""), ("docs/guide.md", "*.md -merge\n")]
)
def test_where_git_writes_no_markers_only_the_owner_can_say_what_is_decided(
    tiny: Tiny, name: str, attributes: str
) -> None:
    tiny.own({".gitattributes": attributes, name: b"\0mine" if not attributes else "Mine.\n"})
    tiny.release({name: b"\0theirs" if not attributes else "Theirs.\n"})
    assert tiny.update().code == 1
    code, output = tiny.run("update", "--continue")
    assert (code, f"\n  {name}\n" in output) == (1, True)
    tiny.git("add", name)
    assert tiny.run("update", "--continue").code == 0


@pytest.mark.parametrize("more", [{}, {"docs/build/ignored.env": "Mine.\n"}])
def test_a_directory_of_the_owner_where_the_template_has_a_file_is_a_conflict(
    tiny: Tiny, more: dict[str, str]
) -> None:
    tiny.own({".gitignore": "*.env\n.venv\n", "docs/mine.md": "Mine.\n"})
    tiny.write(more)
    before = tiny.state()
    tiny.release({"docs": "A file.\n"})
    code, output = tiny.update()
    assert code == 1
    assert re.search(rf"\n  docs~\w+ \({LABEL}\)\n", output)
    assert tiny.read("docs/mine.md") == "Mine.\n"
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


def test_a_file_of_the_owner_where_the_template_has_a_directory_is_a_conflict(tiny: Tiny) -> None:
    tiny.own({"docs": "Mine.\n"})
    before = tiny.state()
    tiny.release({"docs/theirs.md": "Theirs.\n"})
    code, output = tiny.update()
    assert code == 1
    assert "\n  docs~HEAD" in output
    assert tiny.read("docs~HEAD") == "Mine.\n"
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


def test_a_mode_that_the_template_changes_comes(tiny: Tiny) -> None:
    script = tiny.template / "template/app/main.py"
    script.chmod(0o755)
    tiny.release({})
    tiny.updated()
    assert os.access(tiny.root / "app/main.py", os.X_OK)
    assert git(tiny.root, "diff", "--cached", "--summary").startswith(
        " mode change 100644 => 100755"
    )
