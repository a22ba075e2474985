"""Migrations are one row, and those that the base branch has stay as they are."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tools.base import text_at
from tools.repository import git
from tools.rules.finding import Finding, modules_in

FOLDER: Final = "migrations/versions"
HEADS: Final = (
    "follows nothing that comes last: there are {count} heads ({heads}). Write the last revision of"
    " the others as its down_revision; where all are deployed already, `uv run alembic merge heads`"
)
LOST: Final = (
    "follows {revision}, which is not there: bring that migration back, or write the one that this"
    " follows as its down_revision"
)
RELEASED: Final = (
    "is on the base branch already, so databases have run it: take the change back with"
    ' `git checkout {commit} -- {path}`, and write a new migration with `uv run poe makemigration "…"`'
)


def check_row(root: Path) -> Iterator[Finding]:
    """Give the heads where there are several, and the migrations that follow nothing known."""
    follows: dict[str, tuple[str, list[str]]] = {}
    for module in modules_in(root, FOLDER):
        values = constants(module.tree)
        if "revision" in values:
            down = values.get("down_revision") or []
            follows[values["revision"]] = (module.path, [down] if isinstance(down, str) else down)
    followed = {name for _, names in follows.values() for name in names}
    heads = sorted(follows.keys() - followed)
    for head in heads[1:]:
        message = HEADS.format(count=len(heads), heads=", ".join(heads))
        yield Finding(follows[head][0], 1, "SVC401", message)
    for path, names in follows.values():
        for name in names:
            if name not in follows:
                yield Finding(path, 1, "SVC402", LOST.format(revision=name))


def constants(tree: ast.Module) -> dict[str, Any]:
    """Return what a migration says of itself."""
    found: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign | ast.Assign) and node.value:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            try:
                found[ast.unparse(target)] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


def check_released(root: Path, commit: str) -> Iterator[Finding]:
    """Give the migrations of a commit that do something else now, or are gone."""
    listed = git("ls-tree", "--name-only", commit, f"{FOLDER}/", root=root) if commit else ""
    for path in listed.splitlines():
        if path.endswith(".py") and steps_of(text_at(commit, path)) != now(root / path):
            message = RELEASED.format(commit=commit[:7], path=path)
            yield Finding(path, 1, "SVC403", message)


def now(file: Path) -> str | None:
    """Return what a migration does as it stands in the work tree."""
    return steps_of(file.read_text()) if file.exists() else None


def steps_of(text: str | None) -> str | None:
    """Return what a migration does, without its format, its comments and its docstrings."""
    if text is None:
        return None
    tree = ast.parse(text)
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as docstring):
                docstring.value = ""
    return ast.dump(tree)
