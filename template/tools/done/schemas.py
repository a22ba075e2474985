"""Whether all that one JSON Schema allows is allowed by another."""

from collections.abc import Iterator
from math import inf
from typing import Any, Final

LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
EXACT: Final = ("pattern", "format", "multipleOf")
REFERENCE: Final = "#/components/schemas/"

Schema = dict[str, Any]
Reason = tuple[str, str]  # where, and what


class Comparison:
    """Compares schemas of a document, whose values are given, with one, where they must fit.

    For a request, the first is the old document: what clients send must still be taken. For an
    answer it is the new one: what comes must be what clients were told.
    """

    def __init__(self, given: Schema, wanted: Schema, *, answers: bool = False) -> None:
        self.given = given.get("components", {}).get("schemas", {})
        self.wanted = wanted.get("components", {}).get("schemas", {})
        self.answers = answers
        self.seen: set[tuple[str, str]] = set()

    def outside(self, given: Schema, wanted: Schema, where: str = "") -> Iterator[Reason]:
        """Give each way in which a value of the first schema may be none of the second."""
        names = (given.get("$ref", ""), wanted.get("$ref", ""))
        if all(names):
            if names in self.seen:
                return
            self.seen.add(names)
        given, wanted = resolved(given, self.given), resolved(wanted, self.wanted)
        one, other = branches(given), branches(wanted)
        if len(one) > 1 or len(other) > 1:
            for branch in one:
                found = [list(self.outside(branch, choice, where)) for choice in other]
                yield from min(found, key=len)
            return
        kinds = list(self.kinds(given, wanted, where))
        yield from kinds
        if not kinds:  # the rest follows from them
            yield from self.limits(given, wanted, where)
            yield from self.members(given, wanted, where)

    def kinds(self, given: Schema, wanted: Schema, where: str) -> Iterator[Reason]:
        """Give the types and the values that do not fit."""
        types, allowed = types_of(given), types_of(wanted)
        if allowed and not types <= allowed:
            old, new = (allowed, types) if self.answers else (types, allowed)
            yield where, f"is {spelled(new)} now, and was {spelled(old)}"
        values, known = values_of(given), values_of(wanted)
        if known is None or self.answers:  # clients of an answer have to expect new words
            return
        lost = [value for value in values or [] if value not in known]
        if values is None:
            yield where, f"takes only {', '.join(map(repr, known))} now"
        elif lost:
            yield where, f"no longer takes {', '.join(map(repr, lost))}"

    def limits(self, given: Schema, wanted: Schema, where: str) -> Iterator[Reason]:
        """Give the limits of the second that the first does not keep."""
        told = "no longer keeps to {} {}" if self.answers else "has to keep to {} {} now"
        for word in (*LOWER, *UPPER, *EXACT):
            if word not in wanted:
                continue
            limit = wanted[word]
            kept = (
                given.get(word, -inf) >= limit
                if word in LOWER
                else given.get(word, inf) <= limit
                if word in UPPER
                else given.get(word) == limit
            )
            if not kept:
                yield where, told.format(word, limit)

    def members(self, given: Schema, wanted: Schema, where: str) -> Iterator[Reason]:
        """Give what is wrong with the parts of objects and arrays."""
        properties = wanted.get("properties", {})
        for name in wanted.get("required", []):
            if name not in given.get("required", []):
                told = "may be missing now" if self.answers else "is required now"
                yield f"{where}.{name}", told
        for name, part in given.get("properties", {}).items():
            if name in properties:
                yield from self.outside(part, properties[name], f"{where}.{name}")
            elif wanted.get("additionalProperties") is False:
                yield f"{where}.{name}", "is not known any more"
        for word in ("items", "additionalProperties"):
            if isinstance(given.get(word), dict) and isinstance(wanted.get(word), dict):
                yield from self.outside(given[word], wanted[word], f"{where}[]")


def resolved(schema: Schema, components: Schema) -> Schema:
    """Return the schema that a reference stands for, with what stands beside it."""
    if "$ref" not in schema:
        return schema
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    return resolved(components.get(schema["$ref"].removeprefix(REFERENCE), {}), components) | rest


def branches(schema: Schema) -> list[Schema]:
    """Return the schemas of which one has to hold."""
    found: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return found


def types_of(schema: Schema) -> set[str]:
    """Return the types that a schema allows, or none where it allows all; integers are numbers."""
    named = schema.get("type", [])
    types = {named} if isinstance(named, str) else set(named)
    return types | {"integer"} if "number" in types else types


def values_of(schema: Schema) -> list[Any] | None:
    """Return the values that a schema allows, where it names them."""
    return [schema["const"]] if "const" in schema else schema.get("enum")


def spelled(types: set[str]) -> str:
    """Return types as a sentence has them."""
    return " or ".join(sorted(types)) or "anything"
