"""Moves what was generated for a resource, and what its owner wrote in it, to its new words."""

from pathlib import Path
from typing import Final

from scaffold import operation as operations
from scaffold.answers import FILE
from scaffold.git import Repository
from scaffold.merge import commits_of, differing, pick, refuse_overwrite, uninterrupted
from scaffold.operation import Operation
from scaffold.resources.words import Rename

MOST_PLACES: Final = 20


def move_to_new_words(
    repository: Repository, folders: tuple[Path, Path], rename: Rename, operation: Operation
) -> list[str]:
    """Give the files of a renamed resource their new names and words, and merge the rest.

    The same replacement is made in the render and in the owner's files, so their difference stays;
    what the template words otherwise then, such as an article, is merged by git.

    Args:
        repository: The repository of the service.
        folders: The renders with the old name and with the new one.
        rename: The words to replace.
        operation: What to note before anything is written.

    Returns:
        The files that their owner had deleted and that change: they stay deleted.

    Raises:
        ScaffoldError: Untracked files are in the way, or git refuses; nothing is written.
    """
    before, after = folders
    prefix = repository.prefix
    changed = differing(repository, *commits_of(repository, before, after, "changed"))
    paths = [
        path.removeprefix(prefix)
        for path in changed
        if (before / path.removeprefix(prefix)).exists()
    ]
    moves = {path: rename(path) for path in paths if path != FILE}
    targets = [path for path, state in changed.items() if state != "D"]
    operation.created += refuse_overwrite(
        repository, [*targets, *(prefix + to for to in moves.values())]
    )
    for path, target in moves.items():
        rewrite(before, path, target, rename)
    commits = commits_of(repository, before, after, operation.commit_message)
    operation.two_steps = True
    with uninterrupted():
        operations.begin(repository, operation)
        for path, target in moves.items():
            if (repository.root / path).is_file():
                rewrite(repository.root, path, target, rename)
        repository.run("add", "--update", "--", ".")
        created = [target for target in moves.values() if (repository.root / target).exists()]
        repository.run("add", "--all", "--", FILE, *created)
        return pick(repository, commits[1:], operation)


def rewrite(root: Path, path: str, target: str, rename: Rename) -> None:
    """Replace the words in a file, and move it if its name changes."""
    file, moved = root / path, root / target
    text = file.read_bytes().decode(errors="surrogateescape")
    moved.parent.mkdir(parents=True, exist_ok=True)
    moved.write_bytes(rename(text).encode(errors="surrogateescape"))
    if moved != file:
        file.unlink()


def old_words_left(repository: Repository, rename: Rename) -> list[str]:
    """Return the places in modules that still have words of the old name, some of them."""
    places = []
    for path in repository.run("ls-files", "-z", "--", "app", "tests").split("\0")[:-1]:
        file = repository.root / path
        if file.suffix == ".py" and file.is_file():
            lines = enumerate(file.read_text(errors="replace").splitlines(), 1)
            places += [f"{path}:{number}" for number, line in lines if rename(line) != line]
    more = [f"… and {len(places) - MOST_PLACES} more"] if len(places) > MOST_PLACES else []
    return places[:MOST_PLACES] + more
