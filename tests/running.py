"""Runs the template's command in this process, as `poe resource` and `poe update` run it in theirs."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from scaffold.cli import main
from tests.support import Service


class Result(NamedTuple):
    """The exit code of a command, and all that it printed."""

    code: int
    output: str


def scaffold(place: Path | Service, *arguments: str, **variables: str) -> Result:
    """Run the command in a service, with the environment of a shell there."""
    root = place.path if isinstance(place, Service) else place
    given = place.variables(**variables) if isinstance(place, Service) else variables
    with as_process(root, given), StringIO() as printed:
        sys.argv = ["scaffold", *arguments]
        with redirect_stdout(printed), redirect_stderr(printed):
            code = exit_code(printed)
        return Result(code, printed.getvalue())


def exit_code(printed: StringIO) -> int:
    """Run the command, and return what the process would end with."""
    try:
        main()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=printed)
            return 1
        return int(ended.code or 0)
    return 0


@contextmanager
def as_process(root: Path, variables: dict[str, str]) -> Iterator[None]:
    """Give a block the folder, the environment and the arguments of a process of its own."""
    before, arguments, handler = Path.cwd(), sys.argv, signal.getsignal(signal.SIGINT)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.setenv("SCAFFOLD_PROGRAM", "poe")
        os.chdir(root)
        try:
            yield
        finally:
            os.chdir(before)
            sys.argv = arguments
            signal.signal(signal.SIGINT, handler)


def done(place: Path | Service, *arguments: str, **variables: str) -> str:
    """Run the command in a service, and return what it printed.

    Raises:
        AssertionError: It failed; the message has the output.
    """
    code, output = scaffold(place, *arguments, **variables)
    assert code == 0, output
    return output
