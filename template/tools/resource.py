"""`poe resource`: adds, changes and removes what the service serves."""

import os
import shlex
import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from tools.answers import (
    Resource,
    earlier_fields,
    normal,
    plural_of,
    read_answers,
    read_fields,
    read_resources,
    resources_of,
)
from tools.changes import Change, add, remove
from tools.field_changes import Wish, change
from tools.refused import RefusedError
from tools.repository import ROOT, changes_in, refuse_unfinished
from tools.resource_options import parse
from tools.spec import Field, field_text, parse_field
from tools.told import told

NOT_COMMITTED: Final = """\
Not all is committed yet; if a migration is missing: `uv run poe makemigration "…"`.
"""


def main() -> None:
    """Run what the command line says."""
    options = parse(sys.argv[1:])
    with told():
        if options.command == "list":
            sys.stdout.write(listing(resources_of(read_answers())))
        else:
            run(options)


def listing(resources: list[Resource]) -> str:
    """Return a line for each resource, to be pasted behind `poe resource add`."""
    if not resources:
        return "There are no resources yet: add one, as in poe resource add product name:str\n"
    return "".join(f"{line_of(resource)}\n" for resource in resources)


def line_of(resource: Resource) -> str:
    """Return a resource as `poe resource add` takes it."""
    fields = [field_text(name, field) for name, field in resource["fields"].items()]
    words = [resource["name"], *fields, "--plural", plural_of(resource)]
    return shlex.join([*words, "--id", resource["id"]] if "id" in resource else words)


def run(options: Namespace) -> None:
    """Work out the change that is asked for, and make it or show it.

    Raises:
        RefusedError: It cannot be made.
    """
    answers = read_answers()
    wanted = change_of(options, resources_of(answers))
    refuse_unfinished()
    if not wanted:
        sys.stdout.write(nothing_to_do(options))
        return
    from tools.resource_run import make, show  # noqa: PLC0415 - only where there is work

    (show if options.dry_run else make)(answers, wanted)


def nothing_to_do(options: Namespace) -> str:
    """Return what a command says that finds all as it should be."""
    there = "There is no such resource" if options.command == "remove" else "All is so already"
    open_end = any(changes_in(ROOT))
    return f"{there}: nothing has changed.\n" + (NOT_COMMITTED if open_end else "")


def change_of(options: Namespace, resources: list[Resource]) -> Change | None:
    """Return the change that a command asks for, or nothing where all is so already.

    Raises:
        RefusedError: It asks for what cannot be.
    """
    if options.command == "remove":
        return remove(resources, options.name)
    if options.command == "add":
        return add(resources, added(options))
    if not (options.fields or options.file or options.drop or options.rename):
        message = (
            "Write what changes: a field, as in sku:str:max_length=32, --from, --drop or --rename."
        )
        raise RefusedError(message)
    fields = read_fields(file_of(options), options.name) if options.file else {}
    wish = Wish(fields | fields_of(options.fields), options.drop, dict(options.rename))
    return change(resources, options.name, without_done(resources, options.name, wish))


def added(options: Namespace) -> list[Resource]:
    """Return the resources that `add` was given, on the command line or in a file.

    Raises:
        RefusedError: Neither is there, or both are.
    """
    if bool(options.file) == bool(options.name and options.fields):
        message = (
            "Write a name and at least one field, as in poe resource add product name:str; "
            "or --from with a YAML file, and nothing else."
        )
        raise RefusedError(message)
    if options.file:
        return read_resources(file_of(options))
    fields = fields_of(options.fields)
    given = {"name": options.name, "plural": options.plural, "id": options.id, "fields": fields}
    return [normal(given)]


def file_of(options: Namespace) -> Path:
    """Return the file of `--from`, seen from where it was written and not from where poe runs."""
    return Path(os.environ.get("POE_PWD", "."), options.file)


def fields_of(texts: list[str]) -> dict[str, Field]:
    """Return fields from their short forms.

    Raises:
        RefusedError: One of them cannot be read, or is there twice.
    """
    fields: dict[str, Field] = {}
    for name, field in map(parse_field, texts):
        if name in fields:
            message = f"Field '{name}' is there twice: keep one of the two."
            raise RefusedError(message)
        fields[name] = field
    return fields


def without_done(resources: list[Resource], name: str, wish: Wish) -> Wish:
    """Return a wish without what has been done before: a second run finds nothing to do."""
    there = [field for each in resources if each["name"] == name for field in each["fields"]]
    gone = {field for field in (*wish.drop, *wish.rename) if field not in there}
    earlier = gone & set(earlier_fields(name)) if gone else set()
    drop = [field for field in wish.drop if field not in earlier]
    rename = {
        old: new for old, new in wish.rename.items() if old not in earlier or new not in there
    }
    return Wish(wish.fields, drop, rename)
