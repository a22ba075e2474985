"""How the command line ends: with help, with a sentence, or where nobody reads on."""

import subprocess
import sys
from importlib.metadata import version
from typing import Final

import pytest

from scaffold.cli import DISTRIBUTION
from tests.scaffold.tiny import Tiny
from tests.support import TEMPLATE

COMMANDS: Final = ("add", "change", "rename", "remove", "list", "continue", "abort")


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], ["resource", "-h"], ["update", "-h"]])
def test_help_is_printed_with_examples(tiny: Tiny, arguments: list[str]) -> None:
    code, output = tiny.run(*arguments)
    assert code == 0
    assert f"Usage: poe {' '.join(arguments[:-1])}".rstrip() in output


def test_the_help_of_resource_names_every_command(tiny: Tiny) -> None:
    _, output = tiny.run("resource", "--help")
    assert all(f" {command} " in output for command in COMMANDS)
    assert "poe resource rename product item" in output
    _, output = tiny.run("resource", "add", "--help")
    assert "min_length, max_length" in output
    assert "poe resource add order_item quantity:int:gt=0" in output


@pytest.mark.parametrize("arguments", [[], ["resource"]])
def test_without_arguments_the_help_is_printed(tiny: Tiny, arguments: list[str]) -> None:
    code, output = tiny.run(*arguments)
    assert code == 2
    assert "Usage: poe" in output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["resource", "sell"], "No such command 'sell'"),
        (["resource", "remove"], "Missing argument"),
        (["resource", "list", "--all"], "No such option: --all"),
        (["update", "--to"], "Option '--to' requires an argument"),
    ],
)
def test_a_wrong_use_is_an_error(tiny: Tiny, arguments: list[str], sentence: str) -> None:
    code, output = tiny.run(*arguments)
    assert code == 2
    assert sentence in output


def test_the_version_is_that_of_the_distribution(tiny: Tiny) -> None:
    assert tiny.run("--version") == (0, f"{version(DISTRIBUTION)}\n")


def test_a_quiet_change_of_resources_prints_errors_only(tiny: Tiny) -> None:
    assert tiny.run("resource", "list", "--quiet") == (0, "")
    code, output = tiny.run("resource", "remove", "missing", "--quiet")
    assert (code, output) == (0, "")
    code, output = tiny.run("resource", "change", "missing", "a:int", "--quiet")
    assert (code, output.startswith("There is no resource 'missing'")) == (1, True)


def test_a_reader_that_stops_reading_is_no_error(tiny: Tiny) -> None:
    resources = [
        {"name": f"thing_{number}", "fields": {"a": {"type": "int"}}} for number in range(4000)
    ]
    tiny.write({".copier-answers.yml": f"_src_path: a\n_commit: v1\nresources: {resources}\n"})
    piped = '"$1" -m scaffold resource list | head -n 1'
    done = subprocess.run(
        ["sh", "-c", piped, "sh", sys.executable],
        cwd=tiny.root,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(TEMPLATE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "thing_0 a:int --plural thing_0s\n"
    assert done.stderr == ""
