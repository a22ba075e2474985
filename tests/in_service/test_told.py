import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

import pytest

from tools.refused import RefusedError
from tools.told import STOPPED, told

WRITE = "Write a name."


def refuse() -> NoReturn:
    raise RefusedError(WRITE)


def interrupt() -> NoReturn:
    raise KeyboardInterrupt


def fail_on_the_way_out() -> NoReturn:
    try:
        try:
            interrupt()
        finally:
            message = "Directory not empty: 'hooks'"
            raise OSError(message)
    except OSError as error:
        raise RefusedError(str(error)) from error


def break_a_pipe_on_the_way_out() -> NoReturn:
    try:
        interrupt()
    finally:
        raise BrokenPipeError


def fail() -> NoReturn:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (refuse, WRITE),
        (interrupt, STOPPED),
        (fail_on_the_way_out, STOPPED),
        (break_a_pipe_on_the_way_out, STOPPED),
    ],
)
def test_it_ends_with_a_sentence(program: Callable[[], NoReturn], said: str) -> None:
    with pytest.raises(SystemExit) as ended, told():
        program()
    assert ended.value.code == said


def test_what_nobody_reads_on_is_no_mistake() -> None:
    program = "from tools.told import told\nwith told(): print('a line ' * 10**5)"
    done = subprocess.run(
        ["sh", "-c", '"$1" -c "$2" | true', "sh", sys.executable, program],
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert done.stderr == ""


def test_a_mistake_of_the_program_stays_one() -> None:
    with pytest.raises(ZeroDivisionError), told():
        fail()
