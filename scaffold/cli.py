"""The command line: `poe resource` and `poe update`."""

import os
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import Annotated, Final, NoReturn

import typer

from scaffold.answers import Resource, read_answers, resources_of
from scaffold.commands import finish, resource, update
from scaffold.console import Screen
from scaffold.errors import Interrupt, ScaffoldError
from scaffold.git import Repository
from scaffold.help import ADD, CHANGE, FIELDS, RENAME, RESOURCE, UPDATE
from scaffold.operation import require_none
from scaffold.resources import changes, requests
from scaffold.resources.changes import Change
from scaffold.resources.field_changes import FieldEdits

DISTRIBUTION: Final = "fastapi-service-template"
PROGRAM: Final = "SCAFFOLD_PROGRAM"  # what the person has typed: `poe`, or this command itself
WAITING: Final = 2  # the exit code of --check, as of `copier check-update`
ONE_OF: Final = "Write only one of --check, --continue, --abort and --commit."

app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
resources = typer.Typer(no_args_is_help=True, help=RESOURCE)
app.add_typer(resources, name="resource")

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show all, and write nothing.")]
Name = Annotated[str, typer.Argument(help="The resource, in the singular.")]
File = Annotated[Path | None, typer.Option("--from", metavar="FILE", help="A YAML file instead.")]
Plural = Annotated[str | None, typer.Option(help="If it is not the English one, as in people.")]


def main() -> None:
    """Run the command line, and end with a sentence where it cannot do what it was asked."""
    signal.signal(signal.SIGINT, interrupt)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files may be in any encoding
    try:
        app(prog_name=os.environ.get(PROGRAM, "scaffold"))
    except ScaffoldError as error:
        sys.exit(str(error))
    except Interrupt:
        sys.exit(interrupted())


def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """Stop what the command is doing."""
    raise Interrupt


def interrupted() -> str:
    """Return what an interrupted command says: the way on and back, if it has begun to write."""
    try:
        require_none(Repository(Path.cwd()))
    except ScaffoldError as error:
        return f"Interrupted. {error}"
    return "Interrupted. Nothing has been written."


def print_version(*, wanted: bool) -> None:
    """Print the version, and end."""
    if wanted:
        sys.stdout.write(f"{version(DISTRIBUTION)}\n")
        raise typer.Exit


@app.callback()
def evolve(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Evolve a service that was made from this template."""


@resources.command("list")
def list_resources(*, quiet: Quiet = False) -> None:
    """List the resources, each as `poe resource add` takes it."""
    resource.show_list(Path.cwd(), Screen(quiet=quiet))


@resources.command("add", epilog=FIELDS, help=ADD)
def add_resource(
    name: Annotated[str | None, typer.Argument(help="In the singular, as in order_item.")] = None,
    fields: Annotated[list[str] | None, typer.Argument(help="As in quantity:int:gt=0.")] = None,
    plural: Plural = None,
    key: Annotated[
        str | None, typer.Option("--id", help="The type of its key: int or uuid.")
    ] = None,
    file: File = None,
    *,
    owned: Annotated[
        bool, typer.Option("--owned", help="Each row belongs to who created it; needs auth.")
    ] = False,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Add a resource: its table, its routes, its tests, and the migration."""
    given = {
        "name": name,
        "plural": plural,
        "id": key,
        "owned": owned or None,
        "fields": requests.fields_of(fields or []),
    }
    run(
        lambda _, known: requests.add(known, given, seen_from_caller(file)),
        dry_run=dry_run,
        quiet=quiet,
    )


@resources.command("change", epilog=FIELDS, help=CHANGE)
def change_resource(
    name: Name,
    fields: Annotated[
        list[str] | None, typer.Argument(help="New ones, and ones to replace as a whole.")
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD", help="Remove a field, with its data; may be repeated."),
    ] = None,
    rename: Annotated[
        list[str] | None,
        typer.Option(metavar="OLD=NEW", help="Give a field another name, and keep its data."),
    ] = None,
    file: File = None,
    *,
    owned: Annotated[
        bool | None,
        typer.Option("--owned/--shared", help="Give each row an owner, or none any more."),
    ] = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Change the fields of a resource, and write the migration."""
    edits = FieldEdits(
        requests.fields_of(fields or []), drop or [], requests.renames_of(rename or []), owned
    )
    run(
        lambda service, known: requests.change(service, known, name, edits, seen_from_caller(file)),
        dry_run=dry_run,
        quiet=quiet,
    )


@resources.command("rename", help=RENAME)
def rename_resource(
    name: Name,
    new_name: Annotated[str, typer.Argument(help="The new name, in the singular.")],
    plural: Annotated[
        str | None, typer.Option("--plural", "--plurals", help="If it is not the English one.")
    ] = None,
    *,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Give a resource another name, in its code, its API and its table; every row is kept."""
    run(
        lambda service, known: requests.rename(service, known, name, new_name, plural),
        dry_run=dry_run,
        quiet=quiet,
    )


@resources.command("remove")
def remove_resource(name: Name, *, dry_run: DryRun = False, quiet: Quiet = False) -> None:
    """Remove a resource, its files, and its table with the data."""
    run(lambda _, known: changes.remove(known, name), dry_run=dry_run, quiet=quiet)


@resources.command("continue")
def continue_resource(*, quiet: Quiet = False) -> None:
    """Finish a change whose conflicts you have resolved: write its migration."""
    finish.resume(Repository(Path.cwd()), Screen(quiet=quiet))


@resources.command("abort")
def abort_resource(*, quiet: Quiet = False) -> None:
    """Undo a change that is not committed yet."""
    finish.abort(Repository(Path.cwd()), Screen(quiet=quiet))


@app.command("update", help=UPDATE)
def update_service(
    release: Annotated[
        str | None, typer.Option("--to", metavar="RELEASE", help="The newest unless given.")
    ] = None,
    commit: Annotated[
        str, typer.Option(metavar="BRANCH", help="Commit the result to this branch, created anew.")
    ] = "",
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help="Only print what is waiting: exit code 2 if a release is."),
    ] = False,
    resume: Annotated[
        bool, typer.Option("--continue", help="Finish an update whose conflicts you have resolved.")
    ] = False,
    abort: Annotated[
        bool, typer.Option("--abort", help="Undo an update that is not committed yet.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Merge another release of the template into the service."""
    if sum([check, resume, abort, bool(commit)]) > 1:
        raise ScaffoldError(ONE_OF)
    root, screen = Path.cwd(), Screen(quiet=quiet)
    release = release or f"v{version(DISTRIBUTION)}"
    if resume:
        finish.resume(Repository(root), screen)
    elif abort:
        finish.abort(Repository(root), screen)
    elif check:
        raise typer.Exit(WAITING if update.check(root, release, screen) else 0)
    else:
        update.update(root, release, screen, commit)


def run(
    request: Callable[[Repository, list[Resource]], Change | None], *, dry_run: bool, quiet: bool
) -> None:
    """Work out the change that is asked for, and make it or show it.

    Raises:
        ScaffoldError: It cannot be made.
    """
    root, screen = Path.cwd(), Screen(quiet=quiet)
    service, repository = read_answers(root), Repository(root)
    change = request(repository, resources_of(service.answers))
    require_none(repository)
    if change is None:
        resource.nothing_to_do(repository, screen, "the resources are so already")
    elif dry_run:
        resource.show(root, change, screen)
    else:
        resource.make(root, change, screen)


def seen_from_caller(file: Path | None) -> Path | None:
    """Return the file of `--from`, seen from where it was written and not from where poe runs."""
    return Path(os.environ.get("POE_PWD", ".")) / file if file else None
