"""Makes Copier quick where it renders the template several times in a row, as an update does."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import cache, wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - Linux's own name; files in it have random names
ENOUGH: Final = 256 * 2**20  # bytes; an update of a large service takes a tenth of that
CHOSEN: Final = ("TMPDIR", "TEMP", "TMP")
COMPILE: Final[Any] = Environment.compile
VERSIONS: Final = (version("copier"), version("jinja2"))
SYNTAX: Final = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix"),
    *("line_comment_prefix", "trim_blocks", "lstrip_blocks", "newline_sequence"),
    *("keep_trailing_newline", "optimized", "sandboxed", "is_async", "autoescape"),
)
# Of these versions it is known what the methods of those names do; others are left as they are.
KNOWN: Final = "9.19."
WRITE_MODE: Final = "_sync_git_index_executable_bit"
RENDER: Final = "_render_template"
CONTEXT: Final = "_render_context"
ANSWERS_FILE: Final = "answers_relpath"
CLONE: Final = "clone"

Shortcut = Callable[[], AbstractContextManager[None]]


@contextmanager
def quick_copier() -> Iterator[None]:
    """Let Copier do once what it would do several times, and not wait for a disk."""
    with ExitStack() as stack:
        stack.enter_context(compiled_once())
        stack.enter_context(modes_asked_once())
        stack.enter_context(answers_gathered_once())
        if place := place_in_memory():
            stack.enter_context(temporary_files_in(place))
        stack.enter_context(cloned_once())
        yield


@contextmanager
def compiled_once() -> Iterator[None]:
    """Share what is compiled among all environments of Jinja, and with later processes.

    An update renders the template three times, each from a clone of its own and with an
    environment of its own, and would compile each text, mostly the same, as often. Inside of
    another of these blocks, that one remembers.
    """
    if Environment.compile is not COMPILE:
        yield
        return
    known: dict[str, Bucket] = {}
    kept = cache_of_user()

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

        key = repr((VERSIONS, *syntax_of(environment), name, how, sorted(named.items()), source))
        bucket = known.get(key) or kept.get_bucket(environment, key, None, key)
        if bucket.code is None:
            bucket.code = COMPILE(environment, source, name, filename, *how, **named)
            with suppress(OSError):  # where there is no room, the next process compiles anew
                kept.set_bucket(bucket)
        known[key] = bucket
        environment.preprocess(source)  # an extension forgets what it knew of the last text
        return bucket.code

    with replaced(Environment, "compile", compile_once):
        yield


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Let a class or a module have another value of this name."""
    before = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def syntax_of(environment: Environment) -> list[Any]:
    """Return all that decides, beside a text, what an environment makes of it."""
    extensions = sorted(environment.extensions)
    return [*(getattr(environment, setting) for setting in SYNTAX), extensions]


class NoCache(BytecodeCache):
    """Keeps nothing."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Leave what is to be compiled."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Forget what was compiled."""


def cache_of_user() -> BytecodeCache:
    """Return where Jinja keeps what it compiles: in a directory that is closed to all others.

    Nothing is kept where somebody else has made that directory.
    """
    try:
        return FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return NoCache()


def of_known_copier(shortcut: Shortcut) -> Shortcut:
    """Leave versions of Copier as they are whose private methods may do something else."""

    @wraps(shortcut)
    def checked() -> AbstractContextManager[None]:
        return shortcut() if VERSIONS[0].startswith(KNOWN) else nullcontext()

    return checked


@of_known_copier
@contextmanager
def modes_asked_once() -> Iterator[None]:
    """Let Copier ask git once for a folder, and not for each file, whether it ignores their modes.

    Only where git does, Copier has to write them into its index.
    """
    from copier._main import Worker  # noqa: PLC0415 - keeps the environment of its first import

    write_mode: Any = getattr(Worker, WRITE_MODE)
    ignored_in = cache(modes_ignored_in)

    def write_mode_if_needed(worker: Any, *how: Any) -> None:
        if ignored_in(worker.subproject.local_abspath):
            write_mode(worker, *how)

    with replaced(Worker, WRITE_MODE, write_mode_if_needed):
        yield


@of_known_copier
@contextmanager
def answers_gathered_once() -> Iterator[None]:
    """Let Copier gather once for a render, and not for each file, what templates can read.

    All questions are answered by then. The name of the file of answers is a template, too.
    """
    from copier._main import Worker  # noqa: PLC0415 - keeps the environment of its first import

    render: Any = getattr(Worker, RENDER)

    def render_with_answers(worker: Worker) -> None:
        answers_file: Path = worker.answers_relpath
        context = getattr(worker, CONTEXT)()

        def same_file(worker: Worker) -> Path:
            worker.jinja_env.preprocess("")  # an extension forgets what it knew of the last path
            return answers_file

        with (
            replaced(Worker, ANSWERS_FILE, property(same_file)),
            replaced(Worker, CONTEXT, lambda _worker: context),
        ):
            render(worker)

    with replaced(Worker, RENDER, render_with_answers):
        yield


@of_known_copier
@contextmanager
def cloned_once() -> Iterator[None]:
    """Let Copier clone each release of a template once, and read it from there again.

    It would do so for each render, and ask a remote repository each time whether it has more.
    Copier only reads from what it has cloned; the next of these blocks does, too, and all of it
    is removed when the process ends.
    """
    from copier import _template  # noqa: PLC0415 - keeps the environment of its first import

    clone: Any = getattr(_template, CLONE)
    with replaced(_template, CLONE, lambda url, ref, **_location: clone_of(url, ref, clone)):
        yield


@cache
def clone_of(url: str, ref: str, clone: Callable[[str, str, str], str]) -> str:
    """Return where this process has cloned a release of a template to."""
    return clone(url, ref, tempfile.mkdtemp(dir=folder_of_clones()))


@cache
def folder_of_clones() -> str:
    """Make a folder that is removed when the process ends."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def modes_ignored_in(folder: Path) -> bool:
    """Tell whether git ignores, in a folder, which files can be executed."""
    command = ["git", "config", "--type=bool", "--get", "core.fileMode"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.strip() == "false"


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Let all new temporary files be in a folder."""
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def place_in_memory() -> Path | None:
    """Return where temporary files need no disk, unless somebody has chosen another place."""
    return MEMORY if not any(map(os.environ.get, CHOSEN)) and is_roomy(MEMORY) else None


def is_roomy(folder: Path) -> bool:
    """Tell if there is such a folder, ours to write to, with room for the files of an update."""
    return os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free >= ENOUGH
