"""Migrations have one head, and those on the base branch stay as they are."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.git import git
from tools.rules.finding import Finding, modules_in

FOLDER: Final = "migrations/versions"
HEADS: Final = "is one of {count} heads ({heads}): set its down_revision to the last revision of the others; if all are deployed already, run `uv run alembic merge heads`"
MISSING: Final = "follows revision {revision}, which does not exist: restore that migration, or set down_revision to the revision that this one follows"
RELEASED: Final = 'is on the base branch already, so databases have run it: revert the change with `git checkout {commit} -- {path}`, and write a new migration with `uv run poe makemigration "…"`'


def check_row(root: Path) -> Iterator[Finding]:
    """Yield the heads if there are several, and the migrations that follow a missing one."""
    found: dict[str, tuple[str, list[str]]] = {}
    for module in modules_in(root, FOLDER):
        for revision in revisions(module.tree, "revision"):
            found[revision] = (module.path, revisions(module.tree, "down_revision"))
    heads = sorted(found.keys() - {name for _, follows in found.values() for name in follows})
    for head in heads[1:]:
        message = HEADS.format(count=len(heads), heads=", ".join(heads))
        yield Finding(found[head][0], 1, "SVC401", message)
    for path, follows in found.values():
        for name in [name for name in follows if name not in found]:
            yield Finding(path, 1, "SVC402", MISSING.format(revision=name))


def revisions(tree: ast.Module, variable: str) -> list[str]:
    """Return the revisions that a migration assigns to a variable."""
    return [
        part.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
        if re.match(rf"{variable}\b", ast.unparse(node))
        for part in ast.walk(node.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def check_released(root: Path, commit: str) -> Iterator[Finding]:
    """Yield the migrations of a commit that do something else now, or are removed."""
    options = ("--name-only", "--no-renames", "--diff-filter=a", "--relative", "-z")
    for path in git("diff", *options, commit, "--", FOLDER, root=root).split("\0"):
        if path.endswith(".py"):
            now = (root / path).read_text() if (root / path).exists() else ""
            released = git("show", f"{commit}:./{path}", root=root)
            if steps_of(now) != steps_of(released):
                yield Finding(path, 1, "SVC403", RELEASED.format(commit=commit[:7], path=path))


def steps_of(text: str) -> str:
    """Return what a migration does, without its format, comments and docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as docstring):
                docstring.value = ""
    return ast.dump(tree)
