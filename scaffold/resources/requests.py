"""What a command asks for, as the change that it comes to; nothing if all is so already."""

from pathlib import Path
from typing import Final

from scaffold.answers import (
    Field,
    Resource,
    earlier_resources,
    normal,
    read_fields,
    read_resources,
)
from scaffold.errors import ScaffoldError
from scaffold.git import Repository
from scaffold.resources import changes, field_changes, renaming
from scaffold.resources.changes import Change
from scaffold.resources.field_changes import FieldEdits
from scaffold.resources.fields import parse_field

NOT_ONE: Final = (
    "Write a name and at least one field, as in poe resource add product name:str;"
    " or --from with a YAML file, and nothing else."
)
NO_CHANGE: Final = (
    "Write what changes: a field, as in sku:str:max_length=32, --from, --drop, --rename, --owned"
    " or --shared."
)


def add(resources: list[Resource], given: Resource, file: Path | None) -> Change | None:
    """Return the change that adds a resource, or those in a file.

    Raises:
        ScaffoldError: Neither is given, or both are; or one of that name exists.
    """
    named = bool(given["name"] and given["fields"])
    if bool(file) == named:
        raise ScaffoldError(NOT_ONE)
    return changes.add(resources, read_resources(file) if file else [normal(given)])


def change(
    repository: Repository,
    resources: list[Resource],
    name: str,
    edits: FieldEdits,
    file: Path | None,
) -> Change | None:
    """Return the change of a resource's fields.

    Raises:
        ScaffoldError: Nothing is asked for, or what cannot be.
    """
    if not (edits.fields or edits.drop or edits.rename or file or edits.owned is not None):
        raise ScaffoldError(NO_CHANGE)
    fields = (read_fields(file, name) if file else {}) | edits.fields
    edits = without_done(repository, resources, name, edits._replace(fields=fields))
    return field_changes.change(resources, name, edits)


def rename(
    repository: Repository, resources: list[Resource], name: str, new_name: str, plural: str | None
) -> Change | None:
    """Return the change that gives a resource another name.

    Raises:
        ScaffoldError: There is no such resource, or the new name is taken.
    """
    names = {resource["name"] for resource in resources}
    if name not in names and new_name in names:
        earlier = {resource["name"] for resource in earlier_resources(repository)}
        if name in earlier:
            return None
    return renaming.rename(resources, name, new_name, plural)


def fields_of(texts: list[str]) -> dict[str, Field]:
    """Return fields from their short forms.

    Raises:
        ScaffoldError: One of them cannot be read, or is given twice.
    """
    fields: dict[str, Field] = {}
    for name, field in map(parse_field, texts):
        if name in fields:
            message = f"Field '{name}' is given twice: keep one of the two."
            raise ScaffoldError(message)
        fields[name] = field
    return fields


def renames_of(texts: list[str]) -> dict[str, str]:
    """Return the old and new names of fields.

    Raises:
        ScaffoldError: One of the texts is not `old=new`.
    """
    renames = {}
    for text in texts:
        old, _, new = text.partition("=")
        if not old or not new:
            message = f"'{text}' is not old=new: write it as in --rename note=remark."
            raise ScaffoldError(message)
        renames[old] = new
    return renames


def without_done(
    repository: Repository, resources: list[Resource], name: str, edits: FieldEdits
) -> FieldEdits:
    """Return edits without what has been done before: a second run finds nothing to do."""
    existing = [field for each in resources if each["name"] == name for field in each["fields"]]
    missing = {field for field in (*edits.drop, *edits.rename) if field not in existing}
    if not missing:
        return edits
    earlier = {
        field
        for each in earlier_resources(repository)
        if each["name"] == name
        for field in each["fields"]
    }
    done = missing & earlier
    drop = [field for field in edits.drop if field not in done]
    rename = {
        old: new for old, new in edits.rename.items() if old not in done or new not in existing
    }
    return edits._replace(drop=drop, rename=rename)
