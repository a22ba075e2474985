"""What `rename` does to a resource, and to those that refer to it."""

from scaffold.answers import Field, Resource, column_of, plural_of
from scaffold.errors import ScaffoldError
from scaffold.resources.changes import Change
from scaffold.resources.field_changes import find
from scaffold.resources.words import Rename, kept_beside, words_of


def rename(resources: list[Resource], name: str, new_name: str, plural: str | None) -> Change:
    """Return the resources with one under another name.

    Raises:
        ScaffoldError: There is no such resource, or the new name or plural is taken.
    """
    old = find(resources, name)
    others = [resource for resource in resources if resource is not old]
    new = renamed(old, new_name, plural)
    refuse_taken(old, new, others)
    after = [with_references(new if each is old else each, name, new_name) for each in resources]
    columns = [
        (plural_of(changed), column_of(name, field), column_of(new_name, field))
        for each, changed in zip(resources, after, strict=True)
        for field_name, field in each["fields"].items()
        if is_named_after(field_name, field, name)
    ]
    tables = [(plural_of(old), plural_of(new))] if plural_of(old) != plural_of(new) else []
    words = Rename(words_of(old), words_of(new), kept_beside(old, others))
    message = f"rename {name} to {new_name}"
    return Change(after, message, columns, [], tables, words, breaks_clients=True)


def renamed(resource: Resource, name: str, plural: str | None) -> Resource:
    """Return a resource under another name, with the English plural unless one is given."""
    rest = {key: value for key, value in resource.items() if key not in {"name", "plural"}}
    return {"name": name} | ({"plural": plural} if plural else {}) | rest


def refuse_taken(old: Resource, new: Resource, others: list[Resource]) -> None:
    """Check that the new name and plural are free.

    Raises:
        ScaffoldError: They are not, or they are those that the resource has.
    """
    if (old["name"], plural_of(old)) == (new["name"], plural_of(new)):
        message = f"Resource '{old['name']}' has that name already: write another one."
        raise ScaffoldError(message)
    for other in others:
        for word in (new["name"], plural_of(new)):
            if word in (other["name"], plural_of(other)):
                message = (
                    f"'{word}' is taken by resource '{other['name']}': write another name, or"
                    " another plural with --plural."
                )
                raise ScaffoldError(message)


def is_named_after(field_name: str, field: Field, name: str) -> bool:
    """Tell whether a field refers to a resource and is called like it."""
    return field["type"] == "ref" and field.get("to") == name == field_name


def with_references(resource: Resource, name: str, new_name: str) -> Resource:
    """Return a resource whose references to another follow its new name.

    Raises:
        ScaffoldError: It has a field of that name already.
    """
    fields: dict[str, Field] = {}
    for field_name, field in resource["fields"].items():
        key = new_name if is_named_after(field_name, field, name) else field_name
        if key in fields or (key != field_name and key in resource["fields"]):
            message = (
                f"Resource '{resource['name']}' has a field '{key}' already, which the reference"
                f" '{field_name}' would be called: first rename it, with `poe resource change"
                f" {resource['name']} --rename {key}=…`."
            )
            raise ScaffoldError(message)
        fields[key] = field | ({"to": new_name} if field.get("to") == name else {})
    return resource | {"fields": fields}
