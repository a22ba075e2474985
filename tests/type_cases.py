"""Fields of types with modifiers of their own that cannot work."""

from typing import Any, Final

from tests.field_cases import OUT, takes

FIELDS_OF_TYPES: Final[list[tuple[Any, str]]] = [
    (
        {"type": "decimal", "max_digits": 29},
        "has max_digits 29: write a whole number from 1 to 28.",
    ),
    (
        {"type": "decimal", "max_digits": "9"},
        "has max_digits '9': write a whole number from 1 to 28.",
    ),
    (
        {"type": "decimal", "decimal_places": 13},
        "has decimal_places 13: write a whole number from 0 to 12.",
    ),
    (
        {"type": "decimal", "max_digits": 1},
        "has max_digits 1 below its decimal_places 2: raise one or lower the other.",
    ),
    (
        {"type": "decimal", "ge": 0.001},
        "has ge 0.001: write a number of at most 12 digits, 2 of them after the point.",
    ),
    (
        {"type": "decimal", "lt": 10**10},
        "has lt 10000000000: write a number of at most 12 digits, 2 of them after the point.",
    ),
    (
        {"type": "decimal", "gt": float("nan")},
        "has gt a number that is too large: write a number of at most 12 digits, 2 of them after "
        "the point.",
    ),
    (
        {"type": "decimal", "gt": 1, "lt": 1.02},
        "leaves room for fewer than 2 values with its gt and lt: write wider bounds.",
    ),
    (
        {"type": "decimal", "gt": 1, "le": 1.09, "unique": True},
        "leaves room for fewer than 10 values with its gt and le: write wider bounds.",
    ),
    ({"type": "decimal", "gt": 1, "ge": 1}, "has gt and ge: keep one of the two."),
    (
        {"type": "decimal", "default": 0.001},
        f"has the default 0.001, which is not a number within its bounds and digits: {OUT}",
    ),
    (
        {"type": "decimal", "default": -1, "ge": 0},
        f"has the default -1, which is not a number within its bounds and digits: {OUT}",
    ),
    (
        {"type": "date", "default": "2026-01-31"},
        f"has the modifier 'default'{takes('date', 'optional, unique, index')}",
    ),
    ({"type": "uuid", "gt": 1}, f"has the modifier 'gt'{takes('uuid', 'optional, unique, index')}"),
    ({"type": "json", "index": True}, f"has the modifier 'index'{takes('json', 'optional')}"),
    *[
        (
            {"type": "enum"} | values,
            "has no values: write at least 2, as in values: [draft, paid].",
        )
        for values in ({}, {"values": None}, {"values": "draft|paid"}, {"values": ["draft"]})
    ],
    *[
        (
            {"type": "enum", "values": ["draft", value]},
            f"has the value {shown}: write a text of at most 50 letters and digits, joined by "
            "single hyphens or underscores, in quotes if YAML reads something else.",
        )
        for value, shown in (
            (True, "true"),
            (5, "5"),
            ("", "''"),
            ("1st", "'1st'"),
            ("in progress", "'in progress'"),
            ("it's", "'it's'"),
            ("x" * 51, f"'{'x' * 39}…'"),
        )
    ],
    (
        {"type": "enum", "values": ["in-use", "free", "IN_USE"]},
        "has the values 'in-use' and 'IN_USE', which have the same name in code: remove one of them.",
    ),
    (
        {"type": "enum", "values": ["draft", "paid"], "default": "void"},
        "has the default 'void': write one of draft, paid.",
    ),
    ({"type": "ref"}, "has no resource to refer to: write it as in {type: ref, to: product}."),
    (
        {"type": "ref", "to": ["first"]},
        "has no resource to refer to: write it as in {type: ref, to: product}.",
    ),
    (
        {"type": "ref", "to": "first", "on_delete": "nothing"},
        "has on_delete 'nothing': write one of restrict, cascade, set_null.",
    ),
    (
        {"type": "ref", "to": "first", "on_delete": "set_null"},
        "has on_delete set_null but is not optional: add optional: true, or write restrict or "
        "cascade.",
    ),
    (
        {"type": "ref", "to": "first", "index": True},
        f"has the modifier 'index'{takes('ref', 'optional, to, on_delete, unique')}",
    ),
    (
        {"type": "ref", "to": "nobody"},
        "refers to 'nobody', which is not a resource: write to: thing or another resource, or "
        "add it.",
    ),
]
