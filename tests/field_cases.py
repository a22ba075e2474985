"""Fields that cannot work, each with the end of the sentence that refuses it."""

from typing import Any, Final

TYPES: Final = "str, text, int, float, decimal, bool, date, datetime, uuid, enum, json, ref"


def takes(kind: str, modifiers: str) -> str:
    """Return what a modifier that a type does not support is answered with."""
    return f", which {kind} does not support: write one of {modifiers}, or remove it."


LENGTHS: Final = "optional, default, min_length, max_length"
OF_STR: Final = f"{LENGTHS}, pattern, unique, index"
BOUNDS: Final = "optional, default, gt, ge, lt, le, unique, index"
OUT: Final = "fix it, or remove it."

FIELDS: Final[list[tuple[Any, str]]] = [
    (None, f"has no type: write one of {TYPES}, as in {{type: str}}."),
    ("str", f"has no type: write one of {TYPES}, as in {{type: str}}."),
    ({}, f"has no type: write one of {TYPES}, as in {{type: str}}."),
    ({"type": None}, f"has the unknown type null: write one of {TYPES}."),
    ({"type": ["str"]}, f"has the unknown type a list: write one of {TYPES}."),
    ({"type": "money"}, f"has the unknown type 'money': write one of {TYPES}."),
    (
        {"type": "str", "uniqe": True},
        f"has the modifier 'uniqe'{takes('str', OF_STR)}",
    ),
    ({"type": "str", "gt": 1}, f"has the modifier 'gt'{takes('str', OF_STR)}"),
    ({"type": "text", "unique": True}, f"has the modifier 'unique'{takes('text', LENGTHS)}"),
    ({"type": "int", "max_length": 5}, f"has the modifier 'max_length'{takes('int', BOUNDS)}"),
    ({"type": "float", True: 5}, f"has the modifier true{takes('float', BOUNDS)}"),
    (
        {"type": "bool", "unique": True},
        f"has the modifier 'unique'{takes('bool', 'optional, default, index')}",
    ),
    (
        {"type": "datetime", "default": "now"},
        f"has the modifier 'default'{takes('datetime', 'optional, unique, index')}",
    ),
    ({"type": "str", "optional": "y"}, "has optional 'y': write optional: true, or remove it."),
    ({"type": "str", "unique": 1}, "has unique 1: write unique: true, or remove it."),
    ({"type": "str", "index": None}, "has index null: write index: true, or remove it."),
    (
        {"type": "int", "optional": True, "default": 1},
        "is optional and has a default: keep one of the two, as an optional field is null by "
        "default.",
    ),
    ({"type": "str", "min_length": -1}, "has min_length -1: write a whole number from 0 to 500."),
    ({"type": "str", "max_length": 0}, "has max_length 0: write a whole number from 1 to 500."),
    ({"type": "str", "max_length": 501}, "has max_length 501: write a whole number from 1 to 500."),
    (
        {"type": "text", "max_length": "9"},
        "has max_length '9': write a whole number from 1 to 100000.",
    ),
    (
        {"type": "str", "max_length": True},
        "has max_length true: write a whole number from 1 to 500.",
    ),
    (
        {"type": "str", "min_length": 256},
        "has min_length 256 above its max_length 255: lower one or raise the other.",
    ),
    (
        {"type": "str", "min_length": 9, "max_length": 8},
        "has min_length 9 above its max_length 8: lower one or raise the other.",
    ),
    ({"type": "int", "gt": "0"}, "has gt '0': write a whole number within 64 bits."),
    ({"type": "int", "ge": 1.5}, "has ge 1.5: write a whole number within 64 bits."),
    ({"type": "int", "lt": False}, "has lt false: write a whole number within 64 bits."),
    ({"type": "int", "le": 2**63}, f"has le {2**63}: write a whole number within 64 bits."),
    (
        {"type": "int", "le": 10**9999},
        "has le a number that is too large: write a whole number within 64 bits.",
    ),
    (
        {"type": "float", "le": float("inf")},
        "has le a number that is too large: write a number within 64 bits.",
    ),
    (
        {"type": "float", "ge": float("nan")},
        "has ge a number that is too large: write a number within 64 bits.",
    ),
    ({"type": "float", "gt": [1]}, "has gt a list: write a number within 64 bits."),
    ({"type": "int", "gt": 1, "ge": 1}, "has gt and ge: keep one of the two."),
    ({"type": "float", "lt": 1, "le": 1}, "has lt and le: keep one of the two."),
    (
        {"type": "int", "gt": 1, "lt": 3},
        "leaves room for fewer than 2 values with its gt and lt: write wider bounds.",
    ),
    (
        {"type": "int", "gt": 2**63 - 2},
        "leaves room for fewer than 2 values with its gt: write wider bounds.",
    ),
    (
        {"type": "int", "ge": 1, "le": 9, "unique": True},
        "leaves room for fewer than 10 values with its ge and le: write wider bounds.",
    ),
    (
        {"type": "float", "gt": 1, "lt": 1},
        "leaves room for fewer than 10 values with its gt and lt: write wider bounds.",
    ),
    (
        {"type": "float", "ge": 1, "le": 1 + 2**-52},
        "leaves room for fewer than 10 values with its ge and le: write wider bounds.",
    ),
    (
        {"type": "str", "default": 5},
        f"has a default that is not a text of 0 to 255 printable characters: {OUT}",
    ),
    (
        {"type": "text", "default": "a\nb", "min_length": 1},
        f"has a default that is not a text of 1 to 10000 printable characters: {OUT}",
    ),
    (
        {"type": "str", "default": "abc", "max_length": 2},
        f"has a default that is not a text of 0 to 2 printable characters: {OUT}",
    ),
    ({"type": "bool", "default": 1}, "has the default 1: write true or false, or remove it."),
    (
        {"type": "int", "default": 1.5},
        f"has the default 1.5, which is not a whole number within its bounds: {OUT}",
    ),
    (
        {"type": "int", "default": True},
        f"has the default true, which is not a whole number within its bounds: {OUT}",
    ),
    (
        {"type": "int", "default": 0, "gt": 0},
        f"has the default 0, which is not a whole number within its bounds: {OUT}",
    ),
    (
        {"type": "int", "default": 2**63},
        f"has the default {2**63}, which is not a whole number within its bounds: {OUT}",
    ),
    (
        {"type": "float", "default": 1.5, "le": 1},
        f"has the default 1.5, which is not a number within its bounds: {OUT}",
    ),
    (
        {"type": "float", "default": float("nan")},
        "has the default a number that is too large, which is not a number within its bounds: "
        f"{OUT}",
    ),
    (
        {"type": "datetime", "unique": "yes"},
        "has unique 'yes': write unique: true, or remove it.",
    ),
]
