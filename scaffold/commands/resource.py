"""`poe resource`: changes what the service serves."""

import shlex
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from scaffold import operation as operations
from scaffold.answers import Remembered, Resource, plural_of, read_answers, resources_of
from scaffold.commands.finish import finish
from scaffold.console import Screen
from scaffold.errors import ScaffoldError
from scaffold.git import Repository
from scaffold.merge import commits_of, merge, rendered
from scaffold.operation import Operation
from scaffold.render import Render
from scaffold.resources.changes import Change
from scaffold.resources.fields import field_text
from scaffold.resources.moving import move_to_new_words, old_words_left
from scaffold.service import scratch_server, write_migration

NONE_YET: Final = "There are no resources yet: add one, as in poe resource add product name:str"
DONE: Final = "Nothing to do: {reason}."
NOT_COMMITTED: Final = (
    'Not all is committed yet; if a migration is missing: `uv run poe makemigration "…"`.'
)
BREAKS: Final = "The API changes for its clients: {change}."
LEFT: Final = "the old name is left here"


def show_list(root: Path, screen: Screen) -> None:
    """Print the resources: a table on a terminal, otherwise as `poe resource add` takes them.

    Raises:
        ScaffoldError: The answers cannot be read.
    """
    resources = resources_of(read_answers(root).answers)
    if not resources:
        screen.print(NONE_YET)
    elif screen.out.is_terminal:
        rows = [
            [each["name"], plural_of(each), id_of(each), "\n".join(fields_of(each))]
            for each in resources
        ]
        screen.table(["name", "plural", "id", "fields"], rows)
    else:
        for each in resources:
            screen.print(line_of(each))


def id_of(resource: Resource) -> str:
    """Return the type of a resource's ids, and whether its rows are owned."""
    return f"{resource.get('id', 'int')}{', owned' if resource.get('owned') else ''}"


def fields_of(resource: Resource) -> list[str]:
    """Return the fields of a resource in their short form."""
    return [field_text(name, field) for name, field in resource["fields"].items()]


def line_of(resource: Resource) -> str:
    """Return a resource as `poe resource add` takes it."""
    words = [resource["name"], *fields_of(resource), "--plural", plural_of(resource)]
    words += ["--id", resource["id"]] if "id" in resource else []
    return shlex.join([*words, "--owned"] if resource.get("owned") else words)


def nothing_to_do(repository: Repository, screen: Screen, reason: str) -> None:
    """Print that all is as the command wants it."""
    screen.print(DONE.format(reason=reason))
    if repository.has_changes():
        screen.print(NOT_COMMITTED)


def make(root: Path, change: Change, screen: Screen) -> None:
    """Merge a change of the resources into the service, and write its migration.

    Raises:
        ConflictError: The merge needs a person.
        ScaffoldError: The service is not ready, or the template refuses the change.
    """
    repository = Repository(root)
    operations.require_none(repository)
    repository.require_clean()
    operation = merge_change(repository, read_answers(root), change, screen)
    finish(repository, operation, screen)


def show(root: Path, change: Change, screen: Screen) -> None:
    """Make a change in a temporary clone, and print what it would do.

    Raises:
        ConflictError: The merge would need a person.
        ScaffoldError: The change could not be made.
    """
    repository = Repository(root)
    operations.require_none(repository)
    repository.require_clean()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        clone = Path(folder).resolve() / repository.top.name
        repository.run("clone", "--quiet", str(repository.top), str(clone))
        tried = Repository(clone / repository.prefix)
        screen.heading("A dry run: nothing is written.")
        merge_change(tried, read_answers(root), change, screen)
        places = tried.conflicts()
        if places:
            message = "\n".join(["It would need a person at:", *(f"  {place}" for place in places)])
            raise ScaffoldError(message)
        with screen.status("Writing the migration"), scratch_server(root) as url:
            variables = {"TEST_DATABASE_URL": url}
            migration = write_migration(tried.root, change.message, change.migration, **variables)
        if not migration:
            screen.section("migration", ["none: the tables stay as they are"])
            return
        screen.section("migration", [f"Look at: {each}" for each in migration.warnings])
        screen.section("what it does to the database", steps_of(tried.root / migration.path))


def merge_change(
    repository: Repository, service: Remembered, change: Change, screen: Screen
) -> Operation:
    """Merge a change of the resources into a service, and print the files that differ.

    Raises:
        ScaffoldError: The template refuses the change, or files are in the way.
    """
    operation = Operation(
        "resource",
        title=change.message,
        commit_message=f"feat{'!' if change.breaks_clients else ''}: {change.message}",
        head=operations.head_of(repository),
        migration=change.migration,
    )
    after = service.answers | {"resources": change.resources}
    renders = (
        Render(service.source, service.release, service.answers),
        Render(service.source, service.release, after),
    )
    with (
        screen.status("Rendering the service before and after"),
        rendered(repository, *renders) as folders,
    ):
        if change.rename:
            deleted = move_to_new_words(repository, folders, change.rename, operation)
        else:
            message = operation.commit_message
            commits = commits_of(repository, *folders, message, deletions_first=True)
            deleted = merge(repository, commits, operation)
    screen.heading(change.message)
    screen.changes(repository.changes())
    screen.section("changed by this, but deleted here", deleted)
    if change.rename:
        screen.section(LEFT, old_words_left(repository, change.rename))
        old, new = change.rename.old.plural, change.rename.new.plural
        screen.print("\n" + BREAKS.format(change=f"/api/v1/{old} is now /api/v1/{new}"))
    return operation


def steps_of(migration: Path) -> list[str]:
    """Return the lines of a migration that go forward."""
    _, _, body = migration.read_text().partition("def upgrade() -> None:")
    return body.partition("\ndef downgrade")[0].strip("\n").splitlines()
