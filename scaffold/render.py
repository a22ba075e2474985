"""Renders of the template, and the trees that git merges."""

import shutil
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from copier import run_copy
from copier.errors import CopierError, CopierWarning
from jinja2 import TemplateError

from scaffold.errors import Interrupt, ScaffoldError
from scaffold.git import Repository
from scaffold.workflows import moved_workflows

VERSIONS: Final = "migrations/versions"  # the history of the database is the owner's alone
# Files become blobs as they are.
EXACT: Final = (
    *("-c", "core.autocrlf=false"),
    *("-c", "core.safecrlf=false"),
    *("-c", "core.fileMode=true"),
)
REFUSED: Final = "Validation error for question "


class Render(NamedTuple):
    """What is rendered: the source of the template, its release, and the answers."""

    source: str
    release: str
    answers: dict[str, Any]


def render_into(folder: Path, wanted: Render, *, ask: bool = False) -> None:
    """Render the template into a folder, without the migrations.

    Args:
        folder: Where to; it is created.
        wanted: What to render.
        ask: Whether to ask questions that have no answer yet, instead of taking their defaults.

    Raises:
        ScaffoldError: The release refuses an answer, or Copier fails.
    """
    source, release, answers = wanted
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CopierWarning)
        try:
            run_copy(source, folder, answers, vcs_ref=release, defaults=not ask, quiet=True)
        except (CopierError, TemplateError, OSError, ValueError) as error:
            if isinstance(error, KeyboardInterrupt):  # at a question
                raise Interrupt from error
            raise ScaffoldError(sentence_of(str(error), release)) from error
    shutil.rmtree(folder / VERSIONS, ignore_errors=True)


def sentence_of(text: str, release: str) -> str:
    """Return what the template says about an answer, or else what Copier says."""
    if not text.startswith(REFUSED):
        return f"The template cannot be rendered at {release}: {text}"
    question, _, sentence = text.removeprefix(REFUSED).partition(": ")
    about_resources = question == "'resources'" or sentence.startswith(("Resource ", "Field "))
    return (sentence if about_resources else text.removeprefix(REFUSED)).strip()


def write_tree(repository: Repository, folder: Path) -> str:
    """Write the files of a folder into the repository as a tree, and return its id.

    The tree is as deep as the service lies in the repository, but for workflows at its root.
    """
    with TemporaryDirectory() as scratch:
        env = {
            "GIT_DIR": str(repository.git_dir),
            "GIT_WORK_TREE": str(folder),
            "GIT_INDEX_FILE": str(Path(scratch, "index")),
        }
        options = ("-C", str(folder), *EXACT)
        repository.run(*options, "add", "--all", "--force", ".", env=env)
        tree = repository.run("write-tree", env=env).strip()
        if not repository.prefix:
            return tree
        env["GIT_INDEX_FILE"] = str(Path(scratch, "whole"))
        repository.run("read-tree", f"--prefix={repository.prefix}", tree, env=env)
        for path, target in moved_workflows(repository, folder).items():
            blob = repository.run("rev-parse", f"{tree}:{path}").strip()
            added = ("--add", "--cacheinfo", f"100644,{blob},{target}")
            removed = ("--force-remove", repository.prefix + path)
            repository.run(*options, "update-index", *added, *removed, env=env)
        return repository.run("write-tree", env=env).strip()
