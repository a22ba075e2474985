"""How a command ends that is refused or interrupted: with a sentence."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tools.refused import RefusedError
from tools.repository import BACK_OUT

STOPPED: Final = f"Interrupted. If `git status` shows changes, take them back: {BACK_OUT}"


@contextmanager
def told() -> Iterator[None]:
    """End the program with a sentence where it refuses what is asked for, or is interrupted.

    It ends without one where nobody reads on what it prints, as in `poe resource list | head -1`.
    """
    try:
        yield
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        if is_interrupt(error):
            sys.exit(STOPPED)
        if isinstance(error, RefusedError):
            sys.exit(str(error))
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes it
            sys.exit(1)
        raise


def is_interrupt(error: BaseException | None) -> bool:
    """Tell if an error is an interrupt, or what failed on its way out.

    A git that has not ended yet may write into the very folder that is being removed.
    """
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None
