"""Makes Copier quick where it renders the template several times in a row, as an update does."""

import os
import shutil
import tempfile
from collections.abc import Hashable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from jinja2.lexer import get_lexer

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - Linux's own name; files in it have random names
ENOUGH: Final = 256 * 2**20  # bytes; an update of a large service takes a tenth of that
CHOSEN: Final = ("TMPDIR", "TEMP", "TMP")
COMPILE: Final[Any] = Environment.compile


@contextmanager
def quick_copier() -> Iterator[None]:
    """Let Copier do once what it would do several times, and not wait for a disk."""
    with ExitStack() as stack:
        stack.enter_context(compiled_once())
        if not any(map(os.environ.get, CHOSEN)) and is_roomy(MEMORY):
            stack.enter_context(temporary_files_in(MEMORY))
        yield


@contextmanager
def compiled_once() -> Iterator[None]:
    """Share what is compiled among all environments of Jinja, and forget it in the end.

    An update renders the template three times, each from a clone of its own and with an
    environment of its own, and would compile each text, mostly the same, as often. Inside of
    another of these blocks, that one remembers.
    """
    if Environment.compile is not COMPILE:
        yield
        return
    known: dict[Hashable, Any] = {}

    def compile_once(
        environment: Environment,
        source: Any,
        name: str | None = None,
        filename: str | None = None,
        *how: Any,
        **named: Any,
    ) -> Any:
        if not isinstance(source, str):
            return COMPILE(environment, source, name, filename, *how, **named)
        syntax = (get_lexer(environment), *sorted(environment.extensions))
        key = (*syntax, source, name, *how, *sorted(named.items()))
        if key in known:
            environment.preprocess(source)  # an extension forgets what it knew of the last text
        else:
            known[key] = COMPILE(environment, source, name, filename, *how, **named)
        return known[key]

    setattr(Environment, "compile", compile_once)  # noqa: B010 - mypy refuses an assignment
    try:
        yield
    finally:
        setattr(Environment, "compile", COMPILE)  # noqa: B010 - mypy refuses an assignment


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Let all new temporary files be in a folder."""
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def is_roomy(folder: Path) -> bool:
    """Tell if there is such a folder, ours to write to, with room for the files of an update."""
    return os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free >= ENOUGH
