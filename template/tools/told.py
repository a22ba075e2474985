"""How a command ends that is refused or interrupted: with a sentence."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tools.refused import RefusedError
from tools.repository import BACK_OUT

STOPPED: Final = f"Interrupted. If `git status` shows changes, take them back: {BACK_OUT}"


@contextmanager
def told() -> Iterator[None]:
    """End the program with a sentence where it refuses what is asked for, or is interrupted."""
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        if is_interrupt(error):
            sys.exit(STOPPED)
        if isinstance(error, RefusedError):
            sys.exit(str(error))
        raise


def is_interrupt(error: BaseException | None) -> bool:
    """Tell if an error is an interrupt, or what failed on its way out.

    A git that has not ended yet may write into the very folder that is being removed.
    """
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None
