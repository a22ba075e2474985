"""How an operation ends: finished, or undone."""

from typing import Final

from scaffold import operation as operations
from scaffold.answers import FILE, load, read_answers, resources_of
from scaffold.console import Screen
from scaffold.errors import ConflictError, ScaffoldError
from scaffold.git import LOCK_FILE, Repository, marked_lines
from scaffold.operation import Operation
from scaffold.service import pending_migration, sync, write_migration

CONFLICT: Final = """\
The template and you changed the same places:
{places}

Nothing of yours is lost, and `git status` shows the state. Edit these places (both versions stand
between <<<<<<< and >>>>>>>), `git add` or `git rm` the files, then finish:
  {go_on}
or undo all of it:
  {restore}{abort}"""
PROJECT: Final = "pyproject.toml"
RESTORE: Final = f"git checkout HEAD -- {PROJECT} && "  # or else no program can read it
FAILED: Final = """\
{error}

The files are merged, but this has failed. Fix it, then finish:
  {go_on}
or undo all of it:
  {abort}"""
NEXT: Final = """
Next: look at `git diff HEAD`, run {commands}, and commit.
To undo all of it: {abort}"""
UNDO: Final = f"git reset --hard && git clean -fd -e {LOCK_FILE}"
LOST: Final = """\
The update has lost resources: {names}. The release refuses what .copier-answers.yml says of them,
and Copier took its default instead. Undo it:
  {undo}
Then this prints what is wrong:
  uvx copier update --data-file .copier-answers.yml"""


def finish(repository: Repository, operation: Operation, screen: Screen) -> None:
    """Do what is left after a merge: a migration for a change, the environment for an update.

    Raises:
        ConflictError: The merge needs a person.
        ScaffoldError: Something else has failed; the operation stays under way.
    """
    places = repository.conflicts()
    if places:
        listed = "\n".join(f"  {place}" for place in places)
        restore = RESTORE if any(place.startswith(f"{PROJECT}:") for place in places) else ""
        message = operation.format(CONFLICT, places=listed, restore=restore)
        raise ConflictError(message)
    try:
        if operation.command == "resource":
            finish_resource(repository, operation, screen)
        else:
            finish_update(repository, operation, screen)
    except ScaffoldError as error:
        message = operation.format(FAILED, error=str(error))
        raise ScaffoldError(message) from error
    operation.finished = True
    operations.save(repository, operation)
    if operation.branch:
        commit_to(repository, operation)
        screen.print(f"Committed to the branch {operation.branch}.")


def finish_resource(repository: Repository, operation: Operation, screen: Screen) -> None:
    """Write the migration, and print what is left to do.

    Raises:
        ScaffoldError: The migration cannot be written.
    """
    with screen.status("Writing the migration"):
        migration = write_migration(repository.root, operation.title, operation.migration)
    if migration:
        operation.created.append(repository.prefix + migration.path)
        operations.save(repository, operation)
    lines = [f"Look at: {warning}" for warning in migration.warnings] if migration else []
    path = migration.path if migration else "none: the tables stay as they are"
    screen.section("migration", [path, *lines])
    commands = "`uv run poe migrate`, `uv run poe fix` and `uv run poe check`"
    screen.print(operation.format(NEXT, commands=commands))


def finish_update(repository: Repository, operation: Operation, screen: Screen) -> None:
    """Bring the environment up to date, and print whether the tables need a migration.

    Raises:
        ScaffoldError: The environment or the migrations are not as they should be.
    """
    with screen.status("Updating the environment"):
        sync(repository.root)
    with screen.status("Comparing the tables with the migrations"):
        pending = pending_migration(repository.root)
    screen.section("environment", ["up to date"])
    screen.section("migration", [pending])
    commands = "`uv run poe fix` and `uv run poe check`"
    screen.print(operation.format(NEXT, commands=commands))


def resume(repository: Repository, screen: Screen) -> None:
    """Finish an operation whose conflicts have been resolved, or an update that Copier has made.

    Raises:
        ConflictError: Conflicts are left.
        ScaffoldError: Nothing is under way, or something has failed.
    """
    operation = operations.current(repository)
    if operation:
        operations.require_whole(repository, operation)
    elif repository.has_changes():
        operation = made_by_copier(repository)
    else:
        raise operations.nothing_under_way(repository, "finish")
    for path in repository.unmerged():
        if not marked_lines(repository.root / path) and repository.is_edited(path):
            repository.run("add", "--all", "--", path)
    finish(repository, operation, screen)


def made_by_copier(repository: Repository) -> Operation:
    """Return the operation that `copier update`, or a release before 0.6, has left to finish.

    Raises:
        ScaffoldError: Copier has taken its default for resources that the release refuses.
    """
    before, after = repository.text_at("HEAD", FILE), read_answers(repository.root)
    left = {resource["name"] for resource in resources_of(after.answers)}
    committed = resources_of(load(before, FILE) or {})
    lost = [resource["name"] for resource in committed if resource["name"] not in left]
    if lost:
        raise ScaffoldError(LOST.format(names=", ".join(lost), undo=UNDO))
    created = [path for path in repository.untracked() if path != LOCK_FILE]
    operation = Operation(
        "update",
        title=f"to {after.release}",
        commit_message="",
        head=operations.head_of(repository),
        created=[*repository.staged(), *(repository.prefix + path for path in created)],
        merged=True,
    )
    operations.begin(repository, operation)
    return operation


def abort(repository: Repository, screen: Screen) -> None:
    """Undo the operation under way.

    Raises:
        ScaffoldError: Nothing is under way.
    """
    operation = operations.current(repository)
    if not operation:
        raise operations.nothing_under_way(repository, "undo")
    operations.undo(repository, operation)
    screen.print(f"Undone: {operation.title}. The service is as it was committed.")


def commit_to(repository: Repository, operation: Operation) -> None:
    """Commit the work tree to a branch, which is created anew.

    Raises:
        ScaffoldError: Git cannot.
    """
    kept_out = [f":(exclude){LOCK_FILE}"] if LOCK_FILE in repository.untracked() else []
    repository.run("switch", "--quiet", "--force-create", operation.branch)
    repository.run("add", "--all", "--", ".", *kept_out)
    message = operation.commit_message
    repository.run("commit", "--quiet", "--no-verify", "--file", "-", data=message)
