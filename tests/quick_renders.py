"""Let the renders of one process share what each would do anew, with the same outcome.

They are those of this process and, by `quick_start`, of a command that `Service.run` runs. What a
test starts by itself, as `copier` and what `Service.start` starts, knows nothing of it.
"""

from collections.abc import Hashable
from typing import Any, Final

from copier._jinja_ext import SandboxedEnvironment
from copier._main import Worker
from jinja2.lexer import get_lexer

ORIGINAL: Final[Any] = SandboxedEnvironment.compile
COMPILED: Final[dict[Hashable, Any]] = {}


def share() -> None:
    """Compile each text once, and ask git once less for each file that is rendered."""
    SandboxedEnvironment.compile = compile_once  # type: ignore[assignment, method-assign]
    Worker._sync_git_index_executable_bit = leave_the_index  # type: ignore[assignment, method-assign]  # noqa: SLF001


def compile_once(environment: SandboxedEnvironment, source: Any, *how: Any, **named: Any) -> Any:
    """Return the code of a text; it depends on nothing but the syntax, as Jinja's own caches know."""
    if not isinstance(source, str):
        return ORIGINAL(environment, source, *how, **named)
    syntax = (get_lexer(environment), *environment.extensions)
    key = (*syntax, source, *how, *sorted(named.items()))
    if key in COMPILED:
        environment.preprocess(source)  # with each text, what an extension knows of the last ends
    else:
        COMPILED[key] = ORIGINAL(environment, source, *how, **named)
    return COMPILED[key]


def leave_the_index(worker: Worker, *changed: Any) -> None:
    """Do what Copier does after it has asked git, except where `core.fileMode` is false."""
