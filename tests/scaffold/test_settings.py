"""What the owner has set for git, the language or the shell does not matter."""

import sys
from pathlib import Path
from typing import Final

import pytest

from tests.repositories import commit, git
from tests.scaffold.test_situations import RELEASE, check_updated
from tests.scaffold.tiny import Tiny

SETTINGS: Final = {
    "status": {
        "status__showUntrackedFiles": "no",
        "status__relativePaths": "false",
        "status__short": "true",
        "status__branch": "true",
    },
    "diff": {
        "diff__noprefix": "true",
        "diff__renames": "false",
        "diff__external": "false",
        "diff__mnemonicPrefix": "true",
    },
    "merge": {
        "merge__renames": "false",
        "merge__renameLimit": "1",
        "merge__directoryRenames": "true",
        "merge__conflictStyle": "zdiff3",
        "merge__ff": "only",
    },
    "output": {
        "core__quotePath": "true",
        "color__ui": "always",
        "core__pager": "false",
        "column__ui": "always",
    },
    "rest": {
        "rerere__enabled": "true",
        "rerere__autoUpdate": "true",
        "apply__whitespace": "error",
        "core__safecrlf": "true",
        "core__splitIndex": "true",
        "index__version": "4",
        "core__untrackedCache": "true",
        "pull__rebase": "true",
        "core__commentChar": ";",
        "commit__verbose": "true",
        "i18n__commitEncoding": "ISO-8859-1",
    },
}

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("group", SETTINGS)
def test_settings_of_git_do_not_matter(tiny: Tiny, group: str) -> None:
    tiny.config(**SETTINGS[group])
    text = tiny.read("app/config.py")
    tiny.git("mv", "app/config.py", "app/settings_ü.py")
    tiny.replace("app/settings_ü.py", "SETTING_3 = 3\n", "SETTING_3 = 33\n")
    commit(tiny.root)
    tiny.release({"app/config.py": text.replace("SETTING_30 = 30", "SETTING_30 = 31")})
    before = tiny.state()
    output = tiny.updated()
    assert "  app/settings_ü.py\n" in output
    assert "SETTING_3 = 33\n" in tiny.read("app/settings_ü.py")
    assert "SETTING_30 = 31\n" in tiny.read("app/settings_ü.py")
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


def test_a_conflict_is_found_under_any_settings(tiny: Tiny) -> None:
    for settings in SETTINGS.values():
        tiny.config(**settings)
    tiny.release({"app/main.py": tiny.read("app/main.py").replace("/docs", "/reference")})
    tiny.replace("app/main.py", "/docs", "/manual")
    commit(tiny.root)
    for _ in range(2):  # rerere knows the resolution the second time
        code, output = tiny.update()
        assert code == 1
        assert "\n  app/main.py" in output
        tiny.replace("app/main.py", tiny.read("app/main.py"), "RESOLVED = 1\n")
        tiny.git("rerere")
        assert tiny.run("update", "--continue").code == 0
        assert tiny.run("update", "--abort").code == 0


def test_another_language_does_not_matter(tiny: Tiny) -> None:
    variables = {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}
    check_updated(Tiny(tiny.root, tiny.template, tiny.variables | variables))


def test_variables_of_a_hook_do_not_lead_git_elsewhere(tiny: Tiny, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "elsewhere")
    tiny.release(RELEASE)
    variables = {
        "GIT_DIR": str(tmp_path / "elsewhere/.git"),
        "GIT_INDEX_FILE": "index",
        "GIT_WORK_TREE": sys.prefix,
    }
    tiny = Tiny(tiny.root, tiny.template, tiny.variables | variables)
    code, output = tiny.update()
    assert code == 0, output
    assert tiny.read("app/new.py") == "NEW = 1\n"
