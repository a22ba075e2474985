"""The answers that are rendered and checked whole, each set for a reason."""

from string import ascii_lowercase
from typing import Any, Final

Spec = dict[str, Any]

TEXT: Final[Spec] = {"type": "str"}
NUMBER: Final[Spec] = {"type": "int"}

# Every type with every modifier, and the narrowest limits that are taken.
TYPES: Final[dict[str, Spec]] = {
    "title": {"type": "str", "min_length": 1, "max_length": 100},
    "sku": {"type": "str", "max_length": 4, "unique": True},
    "code": {"type": "str", "min_length": 8, "max_length": 8, "unique": True},
    "digit": {"type": "str", "max_length": 1, "unique": True, "index": True},
    "ean": {"type": "str", "index": True, "optional": True},
    "colour": {"type": "str", "default": "dark \"blue\", and no 'red' \\ green"},
    "greeting": {
        "type": "str",
        "default": "人人生而自由在尊嚴和權利上一律平等他們賦有理性和良心" * 2,
    },
    "body": {"type": "text"},
    "notes": {"type": "text", "optional": True, "min_length": 500, "max_length": 100000},
    "summary": {"type": "text", "default": ""},
    "token_type": {"type": "str", "default": "bearer"},
    "count": NUMBER,
    "stock": {"type": "int", "ge": 0, "default": 0},
    "grade": {"type": "int", "ge": 1, "le": 2},
    "rank": {"type": "int", "gt": 0, "lt": 11, "unique": True},
    "serial": {"type": "int", "unique": True, "optional": True},
    "depth": {"type": "int", "lt": 0, "unique": True},
    "highest": {"type": "int", "ge": 2**63 - 11, "unique": True},
    "lowest": {"type": "int", "gt": -(2**63) + 1, "index": True},
    "price": {"type": "float", "gt": 0},
    "ratio": {"type": "float", "ge": 0, "le": 1, "default": 0.5},
    "share": {"type": "float", "gt": 0, "lt": 1e-9, "unique": True},
    "weight": {"type": "float", "optional": True, "index": True},
    "loss": {"type": "float", "le": 0, "unique": True},
    "mass": {"type": "float", "ge": 10**18, "unique": True, "default": 1e18},
    "active": {"type": "bool"},
    "hidden": {"type": "bool", "default": False, "index": True},
    "settled": {"type": "bool", "optional": True},
    "due_at": {"type": "datetime"},
    "seen_at": {"type": "datetime", "unique": True},
    "gone_at": {"type": "datetime", "optional": True, "index": True},
}


def resource(name: str, plural: str | None = None, /, **fields: Spec) -> Spec:
    """Return a resource as the answers spell it; without fields it has one, a text."""
    named: Spec = {"name": name} if plural is None else {"name": name, "plural": plural}
    return named | {"fields": fields or {"label": TEXT}}


PLURALS: Final = [
    resource("category"),
    resource("day"),
    resource("box"),
    resource("branch"),
    resource("hour"),
    resource("order_status"),
    resource("person", "people", name={"type": "str", "unique": True}),
    resource("sheep", "sheep"),
    resource("heir", "one_off"),
    resource("one_off", "heir"),
]

# Words that mean something to Python, SQL, SQLAlchemy, Pydantic, FastAPI or pytest elsewhere.
WORDS: Final = [
    resource("order", group=TEXT, order=NUMBER, user={"type": "str", "unique": True}, table=TEXT),
    resource("user", type=TEXT, items=TEXT, values=NUMBER, keys=TEXT, list=TEXT, password=TEXT),
    resource("group", page=TEXT, count=NUMBER, text={"type": "text"}, match=TEXT, case=TEXT),
    resource("match", query=TEXT, request=TEXT, session=TEXT, field=TEXT, value=TEXT, data=TEXT),
    resource("case", cls=TEXT, args=TEXT, annotation=TEXT, overrides=TEXT, model_name=TEXT),
    resource("select", index={"type": "int", "index": True}, unique=TEXT, default=TEXT, end=TEXT),
    resource("testimonial", test_of=TEXT, testing={"type": "bool"}),
    resource("typing", literal=TEXT, final=TEXT, none=TEXT, true=TEXT, next_cursor=TEXT),
    resource("product_create", name_max=TEXT, max_length={"type": "int", "le": 10}),
    resource("gadget", python=TEXT, base=TEXT, const=TEXT, required=TEXT, limited=TEXT),
    resource("alembic_version", on=TEXT, offset=NUMBER, where=TEXT, constraint=TEXT),
]

LONG: Final = "abcdefghij_klmnopqrst_uvwxyzab"
LENGTHS: Final[dict[str, Spec]] = {
    f"{LONG[:27]}str": {"type": "str", "min_length": 1, "max_length": 500},
    f"{LONG[:26]}text": {"type": "text", "optional": True},
    f"{LONG[:27]}int": {"type": "int", "gt": -(10**18), "lt": 10**18},
    f"{LONG[:25]}float": {"type": "float", "optional": True, "ge": -(10**9), "le": 1e9},
    f"{LONG[:26]}when": {"type": "datetime", "optional": True},
    **{f"{LONG[:28]}{size}": {"type": "str", "default": "x" * size} for size in (25, 26, 90, 91)},
    f"{LONG[:20]}_token_{LONG[:3]}": {"type": "str", "default": "x" * 90},
}
LONGEST: Final = [
    resource(f"{LONG[:29]}x", **LENGTHS),
    resource(f"{LONG[:29]}y", **{"u" * 27: {"type": "str", "unique": True}}),
    resource("q" * 30, "w" * 32, **{"i" * 27: {"type": "float", "index": True}}),
    resource("b", **{letter: {"type": "bool"} for letter in ascii_lowercase if letter != "l"}),
    resource("i1", **{f"line{end}": TEXT for end in ("10", "2", "02", "_03", "", "1a", "1")}),
    resource("a_b", "i"),
    resource(
        "ab", "c", text={"type": "text", "default": "{{ this }} {% is not %} {# a template #}"}
    ),
]

ANSWER_SETS: Final[dict[str, Spec]] = {
    "default": {},
    "empty": {
        "resources": [],
        "ci": "gitlab",
        "service_name": "a",
        "author": "Zoë O'Hara <zoe@example.com>",
    },
    "types": {
        "resources": [resource("everything", **TYPES)],
        "ci": "none",
        "service_name": "-".join(["a1"] * 17)[:50],
        "author": "Jane Doe",
    },
    "plurals": {
        "resources": PLURALS,
        "ci": "gitlab",
        "description": "The team’s orders – day and night，everywhere。",
    },
    "words": {"resources": WORDS, "ci": "github", "description": "x" * 200},
    "longest": {"resources": LONGEST, "ci": "none", "description": "x" * 80},
}
