"""The short form of a field, as in `quantity:int:gt=0,le=1000`."""

import re
from collections.abc import Iterator
from typing import Any, Final

from scaffold.errors import ScaffoldError
from scaffold.resources.modifiers import QUOTED, flag, typed

MODIFIER: Final = re.compile(
    rf"(?P<key>[^,=]*)(?:(?P<sign>=)(?P<value>{QUOTED}(?=,|\Z)|[^,]*))?(?:,|\Z)"
)

Field = dict[str, Any]


def parse_field(text: str) -> tuple[str, Field]:
    """Return the name of a field and its specification, as in the answers.

    Raises:
        ScaffoldError: The text is not `name:type[:modifier[=value],…]`.
    """
    name, _, rest = text.partition(":")
    kind, more, modifiers = rest.partition(":")
    if not name:
        raise malformed(text, "has no name: write it as in quantity:int:gt=0,le=1000")
    if not kind:
        raise malformed(text, f"has no type: write it as in {name}:str")
    if more and not modifiers:
        raise malformed(text, f"ends in a colon: write {name}:{kind}, or a modifier behind it")
    field: Field = {"type": kind}
    for key, value in split_modifiers(modifiers):
        if not key:
            raise malformed(text, "has an empty modifier: write one, or remove the comma")
        if key in field:
            raise malformed(text, f"gives {key} twice: keep one of the two")
        try:
            field[key] = flag(key) if value is None else typed(kind, key, value)
        except ValueError as error:
            raise malformed(text, str(error)) from None
    return name, field


def split_modifiers(text: str) -> Iterator[tuple[str, str | None]]:
    """Give each modifier with its value; a pattern takes all that follows."""
    position = 0
    while position < len(text):
        found = MODIFIER.match(text, position)
        if not found:
            return
        key = found["key"].strip()
        if key == "pattern" and found["sign"]:
            yield key, text[found.start("value") :]
            return
        yield key, found["value"] if found["sign"] else None
        position = found.end()
    if text.endswith(","):
        yield "", None


def malformed(text: str, sentence: str) -> ScaffoldError:
    """Return the error that says what is wrong with the text of a field."""
    return ScaffoldError(f"Field '{text}' {sentence}.")


def field_text(name: str, field: Field) -> str:
    """Return the short form of a field, which `parse_field` reads back."""
    modifiers = [key for key in field if key != "type"]
    modifiers.sort(key=lambda key: key == "pattern")  # it comes last
    written = ",".join(modifier_text(key, field[key]) for key in modifiers)
    return f"{name}:{field['type']}:{written}" if written else f"{name}:{field['type']}"


def modifier_text(key: str, value: Any) -> str:
    """Return the short form of a modifier."""
    if value is True and key != "default":
        return key
    if isinstance(value, bool):
        return f"{key}={str(value).lower()}"
    if isinstance(value, list):
        return f"{key}={'|'.join(map(str, value))}"
    if key == "default" and isinstance(value, str) and re.search(r'^"|^$|,', value):
        escaped = re.sub(r'(["\\])', r"\\\1", value)
        return f'{key}="{escaped}"'
    return f"{key}={value}"
