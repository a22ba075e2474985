"""The commands in the guides of a service run, and the files that they name exist."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.running import done
from tests.support import Service

GUIDES: Final = ("AGENTS.md", "docs/implement.md", ".claude/commands/implement.md")
COMMAND: Final = re.compile(r"uv\s+run\s+poe\s+([^`\n]+)")
LINK: Final = re.compile(r"\]\(([^)#:]+)\)")
CODE: Final = re.compile(r"SVC\d+")
# What other tests run, as it takes long.
ELSEWHERE: Final = {"check", "done"}
LEFT_OPEN: Final = "…"


def commands(place: Path) -> list[list[str]]:
    """Return the commands in the guides, as words."""
    found = [line for guide in GUIDES for line in COMMAND.findall((place / guide).read_text())]
    return [shlex.split(line) for line in sorted(set(found))]


def test_every_command_is_a_task(default_render: Path) -> None:
    tasks = tomllib.loads((default_render / "pyproject.toml").read_text())["tool"]["poe"]["tasks"]
    named = {words[0] for words in commands(default_render)}
    assert named >= {"resource", "makemigration", "rules", "fix", "types", *ELSEWHERE}
    assert named <= tasks.keys()


@pytest.mark.slow
def test_every_command_runs(owned: Service) -> None:
    table = owned.path / "app" / "db" / "models" / "product.py"
    for words in sorted(commands(owned.path), key=lambda words: words[0] == "makemigration"):
        if words[0] == "makemigration":
            table.write_text(table.read_text().replace("LENGTH))", "LENGTH), index=True)"))
        if words[0] in ELSEWHERE or LEFT_OPEN in words:
            continue
        if words[0] == "resource":
            done(owned, *words)
        else:
            owned.run("poe", *words)


def test_every_file_that_is_named_is_there(default_render: Path) -> None:
    for guide in GUIDES:
        place = default_render / guide
        for link in LINK.findall(place.read_text()):
            assert (place.parent / link).exists(), (guide, link)
    text = (default_render / "docs" / "implement.md").read_text()
    for path in re.findall(r"`((?:app|tests|migrations|docs)/[^`]*)`", text):
        assert (default_render / path).exists(), path


def test_the_guide_names_every_rule(default_render: Path) -> None:
    rules = default_render / "tools" / "rules"
    codes = {code for file in rules.glob("*.py") for code in CODE.findall(file.read_text())}
    assert codes == set(CODE.findall((default_render / "docs" / "implement.md").read_text()))


def test_the_command_is_described_and_other_assistants_are_led_to_it(default_render: Path) -> None:
    text = (default_render / ".claude" / "commands" / "implement.md").read_text()
    _, front, body = text.split("---\n", 2)
    assert yaml.safe_load(front).keys() == {"description", "argument-hint"}
    assert "$ARGUMENTS" in body
    pointer = (default_render / ".cursor" / "commands" / "implement.md").read_text()
    assert ".claude/commands/implement.md" in pointer
    assert len(pointer.splitlines()) == 1
    assert (default_render / "CLAUDE.md").read_text() == "@AGENTS.md\n"
