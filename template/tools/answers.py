"""The answers that the service remembers, and the resources among them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from tools.refused import RefusedError
from tools.repository import ROOT, git
from tools.spec import Field

FILE: Final = ".copier-answers.yml"
KEYS: Final = ("name", "plural", "id", "fields")
EXAMPLE: Final = "{name: product, fields: {name: {type: str}}}"

Resource = dict[str, Any]


class Source(NamedTuple):
    """Where the template is, as Copier remembers it, and the commit of it that the service has."""

    path: str
    commit: str


def read_answers() -> dict[str, Any]:
    """Return the answers to the template's questions.

    Raises:
        RefusedError: There is no file of answers, or it cannot be read.
    """
    return answers_in(read_file())


def read_source() -> Source:
    """Return where the service came from.

    Raises:
        RefusedError: There is no file of answers, or it does not say so.
    """
    return source_in(read_file())


def read_committed() -> tuple[dict[str, Any], Source]:
    """Return the answers in the last commit, and where the service came from.

    Raises:
        RefusedError: They do not say so.
    """
    found = load(git("show", f"HEAD:./{FILE}"), FILE) or {}
    return answers_in(found), source_in(found)


def answers_in(found: dict[str, Any]) -> dict[str, Any]:
    """Return the answers to the template's questions among all that the file holds."""
    return {key: value for key, value in found.items() if not key.startswith("_")}


def source_in(answers: dict[str, Any]) -> Source:
    """Return what the file of answers says about where the service came from.

    Raises:
        RefusedError: It does not say so.
    """
    try:
        return Source(str(answers["_src_path"]), str(answers["_commit"]))
    except KeyError as error:
        message = (
            f"{FILE} has lost its {error.args[0]}, which says where the service came from: bring "
            f"it back with `git log -p -- {FILE}`."
        )
        raise RefusedError(message) from None


def read_file() -> dict[str, Any]:
    """Return all that the file of answers holds.

    Raises:
        RefusedError: There is none, or it cannot be read.
    """
    path = ROOT / FILE
    if not path.exists():
        message = f"There is no {FILE} here: run this in a service that Copier has rendered."
        raise RefusedError(message)
    answers = load(path.read_text(), FILE)
    if not isinstance(answers, dict):
        message = f"{FILE} holds no answers: bring it back with `git checkout {FILE}`."
        raise RefusedError(message)
    return answers


def resources_of(answers: dict[str, Any]) -> list[Resource]:
    """Return the resources among answers, in their usual form.

    Raises:
        RefusedError: They have another.
    """
    resources = answers.get("resources") or []
    if not isinstance(resources, list) or not all(map(is_resource, resources)):
        message = f"{FILE} has resources that are none: bring it back with `git checkout {FILE}`."
        raise RefusedError(message)
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
        RefusedError: The file cannot be read or holds something else.
    """
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError):
        message = f"{path} cannot be read: write the path of a YAML file behind --from."
        raise RefusedError(message) from None
    found = load(text, str(path))
    resources = found if isinstance(found, list) else [found]
    named = [
        each for each in resources if isinstance(each, dict) and isinstance(each.get("name"), str)
    ]
    if not named or named != resources:
        message = f"{path} is no resource: write {EXAMPLE}, or a list of such."
        raise RefusedError(message)
    return [normal(resource) for resource in named]


def read_fields(path: Path, name: str) -> dict[str, Field]:
    """Return the fields that a YAML file has for one resource.

    Raises:
        RefusedError: It cannot be read, or is about something else.
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
        raise RefusedError(message)
    others = [key for key in resources[0] if key not in {"name", "fields"}]
    if others:
        message = f"{path} has {others[0]}, and only fields can change: take it out."
        raise RefusedError(message)
    return fields


def load(text: str, name: str) -> Any:
    """Return what YAML says.

    Raises:
        RefusedError: It is not YAML.
    """
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        message = f"{name} is not YAML: {' '.join(str(error).split())}."
        raise RefusedError(message) from None


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


def earlier_fields(name: str) -> Iterator[str]:
    """Give the fields that a resource has had in what is committed."""
    for commit in git("log", "--format=%h", "--", FILE).split():
        answers = yaml.safe_load(git("show", f"{commit}:./{FILE}"))
        for resource in answers.get("resources") or []:
            if resource["name"] == name:
                yield from resource["fields"]
