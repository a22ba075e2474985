"""What a command does to the resources, before anything is written."""

from typing import NamedTuple

from tools.answers import Resource, plural_of
from tools.refused import RefusedError


class Change(NamedTuple):
    """The resources as they will be, and what the migration has to know."""

    resources: list[Resource]
    message: str
    renames: list[tuple[str, str, str]]  # table, old column, new column
    defaults: list[tuple[str, str, str]]  # table, column, SQL value for the rows that exist


def add(resources: list[Resource], added: list[Resource]) -> Change | None:
    """Return the resources with more of them, or nothing where all are there already.

    Raises:
        RefusedError: One of that name is there, and is another.
    """
    there = {resource["name"]: whole(resource) for resource in resources}
    new = [each for each in added if there.get(each["name"]) != whole(each)]
    for resource in new:
        if resource["name"] in there:
            message = (
                f"Resource '{resource['name']}' is there already, and is another: use "
                f"`poe resource change {resource['name']} …` to change its fields."
            )
            raise RefusedError(message)
    names = ", ".join(str(resource["name"]) for resource in new)
    return Change([*resources, *new], f"add {names}", [], []) if new else None


def whole(resource: Resource) -> Resource:
    """Return a resource with what it may leave out."""
    return resource | {"plural": plural_of(resource), "id": resource.get("id", "int")}


def remove(resources: list[Resource], name: str) -> Change | None:
    """Return the resources without one of them, or nothing where it is not there.

    Raises:
        RefusedError: A field of another refers to it.
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
                raise RefusedError(message)
    return Change(rest, f"remove {name}", [], []) if rest != resources else None
