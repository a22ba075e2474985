"""What a command does to the resources, before anything is written."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from scaffold.answers import Resource, plural_of
from scaffold.errors import ScaffoldError
from scaffold.resources.words import Rename


class Change(NamedTuple):
    """The resources as they will be, and what the migration has to know."""

    resources: list[Resource]
    message: str
    renames: Sequence[tuple[str, str, str]] = ()  # table, old column, new column
    defaults: Sequence[tuple[str, str, str]] = ()  # table, column, SQL value for rows that exist
    tables: Sequence[tuple[str, str]] = ()  # old table, new table
    rename: Rename | None = None  # of the resource itself
    breaks_clients: bool = False

    @property
    def migration(self) -> dict[str, Any]:
        """What the migration has to know that the tables do not say."""
        return {
            "renames": [
                dict(zip(("table", "old", "new"), each, strict=True)) for each in self.renames
            ],
            "tables": [{"old": old, "new": new} for old, new in self.tables],
            "defaults": list(self.defaults),
        }


def add(resources: list[Resource], added: list[Resource]) -> Change | None:
    """Return the resources with more of them, or nothing if all exist already.

    Raises:
        ScaffoldError: One of that name exists, with other fields.
    """
    there = {resource["name"]: whole(resource) for resource in resources}
    new = [each for each in added if there.get(each["name"]) != whole(each)]
    for resource in new:
        if resource["name"] in there:
            message = (
                f"Resource '{resource['name']}' exists already, with other fields: use "
                f"`poe resource change {resource['name']} …` to change its fields."
            )
            raise ScaffoldError(message)
    names = ", ".join(str(resource["name"]) for resource in new)
    return Change([*resources, *new], f"add {names}") if new else None


def whole(resource: Resource) -> Resource:
    """Return a resource with what it may leave out."""
    return resource | {
        "plural": plural_of(resource),
        "id": resource.get("id", "int"),
        "owned": resource.get("owned", False),
    }


def remove(resources: list[Resource], name: str) -> Change | None:
    """Return the resources without one of them, or nothing if there is no such resource.

    Raises:
        ScaffoldError: A field of another refers to it.
    """
    rest = [resource for resource in resources if resource["name"] != name]
    for resource in rest:
        for field, spec in resource["fields"].items():
            if spec.get("to") == name:
                message = (
                    f"Resource '{name}' is what field '{field}' of resource '{resource['name']}' "
                    f"refers to: first `poe resource change {resource['name']} --drop {field}`, "
                    f"or remove '{resource['name']}'."
                )
                raise ScaffoldError(message)
    if rest == resources:
        return None
    return Change(rest, f"remove {name}", breaks_clients=True)
