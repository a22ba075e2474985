"""The values of modifiers, typed as YAML would have them."""

import re
from contextlib import suppress
from typing import Any, Final

FLAGS: Final = ("optional", "unique", "index")
NUMBERS: Final = (
    "gt",
    "ge",
    "lt",
    "le",
    "min_length",
    "max_length",
    "max_digits",
    "decimal_places",
)
VALUES: Final = {
    **dict.fromkeys(NUMBERS, "1"),
    "default": "1",
    "on_delete": "restrict",
    "pattern": "[A-Z]+",
    "to": "product",
    "values": "draft|paid",
}
NUMERIC_TYPES: Final = ("int", "float", "decimal")
TRUTH: Final = {"true": True, "false": False}
QUOTED: Final = r'"(?:[^"\\]|\\.)*"'


def flag(key: str) -> bool:
    """Return what a modifier means that has no value.

    Raises:
        ValueError: It needs one.
    """
    if key in VALUES:
        message = f"has {key} without a value: write it as in {key}={VALUES[key]}"
        raise ValueError(message)
    return True


def typed(kind: str, key: str, value: str) -> Any:
    """Return the value of a modifier as YAML would have it.

    Raises:
        ValueError: The modifier takes no such value.
    """
    numeric = key in NUMBERS or (key == "default" and kind in NUMERIC_TYPES)
    if numeric:
        return number(key, value)
    if key in FLAGS or (key == "default" and kind == "bool"):
        return truth(key, value)
    if key == "default":
        return unquoted(value)
    if not value:
        message = f"has {key} without a value: write one after the sign, or remove it"
        raise ValueError(message)
    return value.split("|") if key == "values" else value


def number(key: str, value: str) -> int | float:
    """Return a number, a whole one where it is written so.

    Raises:
        ValueError: It is none.
    """
    for kind in (int, float):
        with suppress(ValueError):
            return kind(value)
    message = f"has {key}={value}: write a number, as in {key}=1"
    raise ValueError(message)


def truth(key: str, value: str) -> bool:
    """Return true or false.

    Raises:
        ValueError: It is neither.
    """
    if value not in TRUTH:
        message = f"has {key}={value}: write {key}=true or {key}=false"
        raise ValueError(message)
    return TRUTH[value]


def unquoted(value: str) -> str:
    """Return a text without the quotes that let it hold commas.

    Raises:
        ValueError: The quotes are not closed.
    """
    if not value.startswith('"'):
        return value
    if not re.fullmatch(QUOTED, value):
        message = 'opens a quote and does not close it: write default="one, two"'
        raise ValueError(message)
    return re.sub(r"\\(.)", r"\1", value[1:-1])
