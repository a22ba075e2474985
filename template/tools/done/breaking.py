"""What a client of one OpenAPI document cannot do with another."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from tools.done.schemas import Comparison

METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options")
PARAMETER: Final = re.compile(r"\{[^}]+\}")

Document = dict[str, Any]
Operations = dict[tuple[str, str], Document]


def breaks(old: Document, new: Document) -> Iterator[str]:
    """Give each change between two documents that a client may stumble over, in a sentence."""
    now = operations(new)
    for key, operation in operations(old).items():
        method, path = key
        name = f"{method.upper()} {path}"
        if key not in now:
            yield f"{name} is gone"
            continue
        asking, telling = Comparison(old, new), Comparison(new, old, answers=True)
        for reason in [
            *parameters(operation, now[key], asking),
            *body(operation, now[key], asking),
            *answers(operation, now[key], telling),
        ]:
            yield f"{name}: {reason}"


def operations(document: Document) -> Operations:
    """Return the operations by method and path, whatever the parameters in it are called."""
    return {
        (method, PARAMETER.sub("{}", path)): item[method] | {"of_path": item.get("parameters", [])}
        for path, item in document.get("paths", {}).items()
        for method in METHODS
        if method in item
    }


def parameters(old: Document, new: Document, asking: Comparison) -> Iterator[str]:
    """Give what a request's parameters stumble over."""
    before, now = named(old), named(new)
    for key, parameter in now.items():
        name, place = key
        optional = not before.get(key, {}).get("required")
        if parameter.get("required") and optional and place != "path":
            yield f"the {place} parameter '{name}' is required now"
    for key, parameter in before.items():
        name, place = key
        if key in now:
            found = asking.outside(parameter.get("schema", {}), now[key].get("schema", {}))
            for where, reason in found:
                yield f"the {place} parameter '{name}'{where} {reason}"
        elif place != "path":
            yield f"the {place} parameter '{name}' is gone"


def named(operation: Document) -> dict[tuple[str, str], Document]:
    """Return the parameters of an operation by name and place."""
    all_of_them = [*operation["of_path"], *operation.get("parameters", [])]
    return {(each["name"], each["in"]): each for each in all_of_them}


def body(old: Document, new: Document, asking: Comparison) -> Iterator[str]:
    """Give what a request's body stumbles over."""
    before, now = old.get("requestBody", {}), new.get("requestBody", {})
    if now.get("required") and not before.get("required"):
        yield "a body is required now"
    for kind, content in before.get("content", {}).items():
        if kind not in now.get("content", {}):
            yield f"a body as {kind} is no longer taken"
            continue
        taken = now["content"][kind].get("schema", {})
        for where, reason in asking.outside(content.get("schema", {}), taken):
            yield f"the body{where} {reason}"


def answers(old: Document, new: Document, telling: Comparison) -> Iterator[str]:
    """Give what a client stumbles over that reads the answers to its success."""
    before, now = successes(old), successes(new)
    for status, answer in before.items():
        if status not in now:
            yield f"it no longer answers {status}, but {', '.join(now) or 'nothing'}"
            continue
        for header in answer.get("headers", {}).keys() - now[status].get("headers", {}).keys():
            yield f"the answer has no header {header} any more"
        for kind, content in answer.get("content", {}).items():
            there = now[status].get("content", {}).get(kind)
            if there is None:
                yield f"the answer is no longer given as {kind}"
                continue
            for where, reason in telling.outside(
                there.get("schema", {}), content.get("schema", {})
            ):
                yield f"the answer{where} {reason}"


def successes(operation: Document) -> dict[str, Document]:
    """Return the answers of an operation that are no errors."""
    return {
        status: answer
        for status, answer in operation.get("responses", {}).items()
        if not status.isdigit() or int(status) < HTTPStatus.BAD_REQUEST
    }
