"""What `change` does to the fields of a resource, before anything is written."""

from typing import Any, NamedTuple

from scaffold.answers import Field, Resource, column_of, normal, plural_of
from scaffold.errors import ScaffoldError
from scaffold.resources.changes import Change


class FieldEdits(NamedTuple):
    """What a command changes in the fields of a resource, and whether it makes its rows owned."""

    fields: dict[str, Field]
    drop: list[str]
    rename: dict[str, str]
    owned: bool | None = None


def change(resources: list[Resource], name: str, edits: FieldEdits) -> Change | None:
    """Return the resources with other fields in one, or nothing where it has them already.

    Raises:
        ScaffoldError: A resource or a field is not there, or none would be left.
    """
    old = find(resources, name)
    refuse_unknown(old, edits)
    kept = {field: spec for field, spec in old["fields"].items() if field not in edits.drop}
    fields = {edits.rename.get(field, field): spec for field, spec in kept.items()} | edits.fields
    if not fields:
        message = f"Resource '{name}' would have no field left: keep one, or `poe resource remove {name}`."
        raise ScaffoldError(message)
    was_owned = old.get("owned", False)
    switched = edits.owned is not None and edits.owned != was_owned
    new = normal(old | {"fields": fields} | ({"owned": edits.owned} if switched else {}))
    if new == old:
        return None
    table = plural_of(old)
    before = {edits.rename.get(field, field): spec for field, spec in old["fields"].items()}
    renames = [
        (table, column_of(first, old["fields"][first]), column_of(second, before[second]))
        for first, second in edits.rename.items()
    ]
    others = [new if resource is old else resource for resource in resources]
    ownership = ["share its rows" if was_owned else "give its rows owners"] if switched else []
    message = f"change {name}: {', '.join([*describe(before, edits), *ownership])}"
    breaks = bool(edits.drop or edits.rename or switched)
    defaults = defaults_of(table, before, edits.fields)
    return Change(others, message, renames, defaults, breaks_clients=breaks)


def find(resources: list[Resource], name: str) -> Resource:
    """Return the resource of that name.

    Raises:
        ScaffoldError: There is none.
    """
    for resource in resources:
        if resource["name"] == name:
            return resource
    names = ", ".join(resource["name"] for resource in resources)
    other = f"write one of {names}, or use add" if names else "there are none yet, so use add"
    message = f"There is no resource '{name}': {other}."
    raise ScaffoldError(message)


def refuse_unknown(old: Resource, edits: FieldEdits) -> None:
    """Stop where a field to drop or rename is missing, or a new name is taken.

    Raises:
        ScaffoldError: This is so.
    """
    fields = old["fields"]
    subject = f"Resource '{old['name']}'"
    for field in [*edits.drop, *edits.rename]:
        if field not in fields:
            message = f"{subject} has no field '{field}': write one of {', '.join(fields)}."
            raise ScaffoldError(message)
        if field in edits.fields or (field in edits.drop and field in edits.rename):
            message = (
                f"Field '{field}' cannot be dropped and changed at once: write one of the two."
            )
            raise ScaffoldError(message)
    targets = list(edits.rename.values())
    for target in targets:
        if target in fields or targets.count(target) > 1:
            message = f"{subject} cannot have two fields '{target}': write another name."
            raise ScaffoldError(message)


def describe(before: dict[str, Field], edits: FieldEdits) -> list[str]:
    """Return in a few words what changes."""
    new = [name for name in edits.fields if name not in before]
    other = [name for name in edits.fields if name in before and before[name] != edits.fields[name]]
    verbs = {"add": new, "change": other, "drop": edits.drop}
    renamed = [f"rename {first} to {second}" for first, second in edits.rename.items()]
    return [*(f"{verb} {', '.join(names)}" for verb, names in verbs.items() if names), *renamed]


def defaults_of(
    table: str, before: dict[str, Field], fields: dict[str, Field]
) -> list[tuple[str, str, str]]:
    """Return table, column and SQL value of each column that rows which exist have to get."""
    filled = []
    for name, field in fields.items():
        was_empty = before.get(name, {"optional": True}).get("optional")
        if "default" in field and was_empty and not field.get("optional"):
            filled.append((table, column_of(name, field), literal(field["default"])))
    return filled


def literal(value: Any) -> str:
    """Return a value as SQL writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"
