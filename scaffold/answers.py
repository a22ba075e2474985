"""The answers that a service remembers, and the resources among them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from scaffold.errors import ScaffoldError
from scaffold.git import Repository

FILE: Final = ".copier-answers.yml"
KEYS: Final = ("name", "plural", "id", "owned", "fields")
EXAMPLE: Final = "{name: product, fields: {name: {type: str}}}"

Field = dict[str, Any]
Resource = dict[str, Any]


class Remembered(NamedTuple):
    """What a service remembers: where the template is, which release it has, and the answers."""

    source: str  # as Copier takes it
    release: str  # a tag of the template, or what `git describe` printed
    answers: dict[str, Any]


def read_answers(root: Path) -> Remembered:
    """Return what a service remembers of its template.

    Raises:
        ScaffoldError: There is no file of answers, or it cannot be read.
    """
    path = root / FILE
    if not path.exists():
        message = f"There is no {FILE} here: run this in a service that Copier has rendered."
        raise ScaffoldError(message)
    found = load(path.read_text(), FILE)
    if not isinstance(found, dict):
        message = f"{FILE} holds no answers: restore it with `git checkout {FILE}`."
        raise ScaffoldError(message)
    answers = {key: value for key, value in found.items() if not key.startswith("_")}
    try:
        return Remembered(str(found["_src_path"]), str(found["_commit"]), answers)
    except KeyError as error:
        message = (
            f"{FILE} has no {error.args[0]}, which says where the service came from: find it with"
            f" `git log -p -- {FILE}`, and restore it."
        )
        raise ScaffoldError(message) from None


def resources_of(answers: dict[str, Any]) -> list[Resource]:
    """Return the resources among answers, in their usual form.

    Raises:
        ScaffoldError: They have another.
    """
    resources = answers.get("resources") or []
    if not isinstance(resources, list) or not all(map(is_resource, resources)):
        message = f"{FILE} has malformed resources: restore it with `git checkout {FILE}`."
        raise ScaffoldError(message)
    return [normal(resource) for resource in resources]


def is_resource(found: Any) -> bool:
    """Tell whether something has the form of a resource."""
    return (
        isinstance(found, dict)
        and isinstance(found.get("name"), str)
        and isinstance(found.get("fields"), dict)
    )


def read_resources(path: Path) -> list[Resource]:
    """Return the resources that a YAML file holds: one, or a list of them.

    Raises:
        ScaffoldError: The file cannot be read or holds something else.
    """
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError):
        message = f"{path} cannot be read: write the path of a YAML file behind --from."
        raise ScaffoldError(message) from None
    found = load(text, str(path))
    resources = found if isinstance(found, list) else [found]
    named = [
        each for each in resources if isinstance(each, dict) and isinstance(each.get("name"), str)
    ]
    if not named or named != resources:
        message = f"{path} is not a resource: write {EXAMPLE}, or a list of those."
        raise ScaffoldError(message)
    return [normal(resource) for resource in named]


def read_fields(path: Path, name: str) -> dict[str, Field]:
    """Return the fields that a YAML file has for one resource.

    Raises:
        ScaffoldError: It cannot be read, or is about something else.
    """
    resources = read_resources(path)
    fields = resources[0].get("fields")
    right = isinstance(fields, dict) and all(
        isinstance(key, str) and isinstance(field, dict) and isinstance(field.get("type"), str)
        for key, field in fields.items()
    )
    if [each["name"] for each in resources] != [name] or not isinstance(fields, dict) or not right:
        message = (
            f"{path} has no fields for '{name}': write {EXAMPLE.replace('product', name)}, and a"
            " name that YAML takes for something else, such as on, in quotes."
        )
        raise ScaffoldError(message)
    others = [key for key in resources[0] if key not in {"name", "fields"}]
    if others:
        message = f"{path} has {others[0]}, and only fields can change: remove it."
        raise ScaffoldError(message)
    return fields


def load(text: str, name: str) -> Any:
    """Return what YAML says.

    Raises:
        ScaffoldError: It is not YAML.
    """
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        message = f"{name} is not YAML: {' '.join(str(error).split())}."
        raise ScaffoldError(message) from None


def normal(resource: Resource) -> Resource:
    """Return a resource with its keys in the usual order, and without those that say nothing."""
    given = {key: value for key, value in resource.items() if value is not None}
    known = {key: given[key] for key in KEYS if key in given}
    return known | given


def plural_of(resource: Resource) -> str:
    """Return the plural of a resource, by the template's English rule unless it is given."""
    name = str(resource["name"])
    if "plural" in resource:
        return str(resource["plural"])
    if re.search(r"[b-df-hj-np-tv-z]y$", name):
        return f"{name[:-1]}ies"
    return f"{name}es" if re.search(r"(s|x|ch|sh)$", name) else f"{name}s"


def column_of(name: str, field: Field) -> str:
    """Return the column that holds a field."""
    return f"{name}_id" if field["type"] == "ref" else name


def earlier_resources(repository: Repository) -> Iterator[Resource]:
    """Give the resources that the service has had in what is committed, the newest first."""
    for commit in repository.run("log", "--format=%h", "--", FILE).split():
        try:
            found = yaml.safe_load(repository.text_at(commit, FILE))
        except yaml.YAMLError:  # somebody committed a conflict
            continue
        if isinstance(found, dict):
            yield from filter(is_resource, found.get("resources") or [])
