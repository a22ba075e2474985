"""The answers that are rendered and checked whole, each set for a reason."""

from string import ascii_lowercase
from typing import Any, Final

Spec = dict[str, Any]

TEXT: Final[Spec] = {"type": "str"}
NUMBER: Final[Spec] = {"type": "int"}

# Every type with every modifier, and the narrowest limits that are taken.
TYPES: Final[dict[str, Spec]] = {
    "title": {"type": "str", "min_length": 1, "max_length": 100},
    "plate": {"type": "str", "pattern": "^[A-Z]{1,3}-[0-9]{1,4}$", "max_length": 20},
    "article": {"type": "str", "pattern": "^[A-Z]{3}-[0-9]{4}$", "unique": True},
    "email": {"type": "str", "pattern": "^[^@ ]+@[^@ ]+$", "optional": True},
    "handle": {"type": "str", "pattern": r"^@[a-z0-9_.:%-]+\.[a-z]{2}$", "default": "@a.bc"},
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
    "total": {"type": "decimal"},
    "tax": {"type": "decimal", "ge": 0, "lt": 0.5, "max_digits": 5, "decimal_places": 4},
    "cents": {"type": "decimal", "max_digits": 2, "decimal_places": 2, "unique": True},
    "points": {"type": "decimal", "decimal_places": 0, "default": 0, "gt": -5},
    "fee": {"type": "decimal", "default": 1.5, "le": 100, "unique": True},
    "exact": {"type": "decimal", "max_digits": 28, "decimal_places": 0, "optional": True},
    "tiny": {"type": "decimal", "max_digits": 24, "decimal_places": 23, "lt": 5e-20},
    "below": {"type": "decimal", "lt": -1e9, "unique": True, "index": True},
    "active": {"type": "bool"},
    "hidden": {"type": "bool", "default": False, "index": True},
    "settled": {"type": "bool", "optional": True},
    "due_on": {"type": "date"},
    "born_on": {"type": "date", "unique": True, "optional": True},
    "due_at": {"type": "datetime"},
    "seen_at": {"type": "datetime", "unique": True},
    "gone_at": {"type": "datetime", "optional": True, "index": True},
    "trace": {"type": "uuid"},
    "key": {"type": "uuid", "unique": True, "optional": True},
    "status": {"type": "enum", "values": ["draft", "in-progress", "done_2"]},
    "size": {"type": "enum", "values": ["I", "O", "password"], "default": "O", "index": True},
    "mood": {"type": "enum", "values": ["good", "BAD"], "optional": True},
    "payload": {"type": "json"},
    "extra": {"type": "json", "optional": True},
}


def resource(name: str, plural: str | None = None, /, **fields: Spec) -> Spec:
    """Return a resource as the answers write it; without fields it has one, a text."""
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
    resource(
        "factory",
        data=TEXT,
        type={"type": "enum", "values": ["a", "b"]},
        min={"type": "int", "ge": 0},
    ),
    resource("owner_factory", factory={"type": "ref", "to": "factory"}),
    resource("alembic_version", on=TEXT, offset=NUMBER, where=TEXT, constraint=TEXT),
]

LONG: Final = "abcdefghij_klmnopqrst_uvwxyzab"
LENGTHS: Final[dict[str, Spec]] = {
    f"{LONG[:24]}str": {"type": "str", "min_length": 1, "max_length": 500},
    f"{LONG[:23]}text": {"type": "text", "optional": True},
    f"{LONG[:24]}int": {"type": "int", "gt": -(10**18), "lt": 10**18},
    f"{LONG[:22]}float": {"type": "float", "optional": True, "ge": -(10**9), "le": 1e9},
    f"{LONG[:26]}when": {"type": "datetime", "optional": True},
    **{f"{LONG[:25]}{size}": {"type": "str", "default": "x" * size} for size in (25, 26, 90, 91)},
    f"{LONG[:20]}_token_{LONG[:3]}": {"type": "str", "default": "x" * 90},
}
REF: Final[Spec] = {"type": "ref"}
REFERENCES: Final = [
    resource("customer", email={"type": "str", "unique": True}),
    resource(
        "order",
        customer=REF | {"to": "customer"},
        referrer=REF | {"to": "customer", "optional": True, "on_delete": "set_null"},
        note=TEXT,
    ),
    # One to one, and a row of rows.
    resource("invoice", order=REF | {"to": "order", "unique": True, "on_delete": "cascade"}),
    resource("payment", invoice=REF | {"to": "invoice"}),
    resource("category", parent=REF | {"to": "category", "optional": True, "on_delete": "cascade"}),
    # Cycles, with ids of both kinds.
    resource("author", favourite=REF | {"to": "book", "optional": True, "on_delete": "set_null"})
    | {"id": "uuid"},
    resource("book", author=REF | {"to": "author"}, code={"type": "uuid", "unique": True}),
    resource("a", "a_list", c=REF | {"to": "c"}),
    resource("b", a=REF | {"to": "a"}, heir=REF | {"to": "b", "optional": True}) | {"id": "uuid"},
    resource("c", b=REF | {"to": "b", "optional": True, "unique": True}),
]

OWNED: Final[Spec] = {"owned": True}
OF_OWNERS: Final = [
    resource("tag", label={"type": "str", "unique": True}),
    resource(
        "folder",
        title={"type": "str", "unique": True, "min_length": 1},
        parent=REF | {"to": "folder", "optional": True, "on_delete": "cascade"},
        tag=REF | {"to": "tag", "optional": True, "on_delete": "set_null", "unique": True},
        caller=TEXT,
    )
    | OWNED,
    resource(
        "note",
        folder=REF | {"to": "folder"},
        other=REF | {"to": "folder", "optional": True, "on_delete": "set_null"},
        tag=REF | {"to": "tag"},
        rank={"type": "int", "unique": True},
        seen_at={"type": "datetime", "index": True},
        body={"type": "text", "min_length": 1},
        extra={"type": "json", "optional": True},
    )
    | OWNED
    | {"id": "uuid"},
    # A cycle, one to one, and nothing but plain columns.
    resource("author", favourite=REF | {"to": "book", "optional": True, "on_delete": "set_null"})
    | OWNED
    | {"id": "uuid"},
    resource("book", author=REF | {"to": "author", "on_delete": "cascade", "unique": True}) | OWNED,
    resource("day", done={"type": "bool"}) | OWNED,
    resource("q" * 25, "w" * 25, **{"i" * 20: {"type": "float", "index": True}}) | OWNED,
    resource("m" * 20, "n" * 21, **{"x" * 25: REF | {"to": "m" * 20, "optional": True}}) | OWNED,
]

WIDE: Final[dict[str, Spec]] = {
    f"{LONG[:19]}_enum": {"type": "enum", "values": ["v" * 50, "w" * 50], "default": "v" * 50},
    f"{LONG[:19]}_json": {"type": "json", "optional": True},
    f"{LONG[:19]}_price": {"type": "decimal", "gt": 0.01, "le": 10**9, "unique": True},
    f"{LONG[:19]}_text_or": {"type": "text", "min_length": 1},
    "x" * 25: REF | {"to": "m" * 30, "optional": True},
    "y" * 25: REF | {"to": "m" * 30, "optional": True, "unique": True},
}
# Unique patterns: letters of one place that do not fit on a line, and a text that looks like a call.
WRITTEN: Final = {
    f"{'efgh'[kind]}{'s' * length}": {"type": "str", "pattern": pattern, "unique": True}
    for kind, pattern in enumerate(
        ("^[A-Za-z0-9]$", "^[^-]$", "^[01]-[^B]$", r"^encode\(" + "ab" * 50 + "[^-]$")
    )
    for length in (1, 12, 28)
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
    resource("m" * 30, "n" * 31, **WIDE),
    resource("p", **WRITTEN),
    resource("z", **{"z" * 29: WIDE["x" * 25]}),
]

ANSWER_SETS: Final[dict[str, Spec]] = {
    "default": {},
    "empty": {
        "resources": [],
        "features": [],
        "ci": "gitlab",
        "service_name": "a",
        "author": "Zoë O'Hara <zoe@example.com>",
    },
    "types": {
        "resources": [resource("everything", **TYPES)],
        "features": ["container", "kubernetes"],
        "ci": "none",
        "service_name": "-".join(["a1"] * 17)[:50],
        "author": "Jane Doe",
    },
    "plurals": {
        "resources": PLURALS,
        "features": ["assistants", "container", "kubernetes"],
        "ci": "gitlab",
        "description": "The team’s orders – day and night，everywhere。",
    },
    "words": {
        "resources": WORDS,
        "features": ["assistants"],
        "ci": "github",
        "description": "x" * 200,
    },
    "references": {
        "resources": REFERENCES,
        "features": ["container"],
        "ci": "none",
        "author": "Jane",
    },
    "owners": {
        "resources": OF_OWNERS,
        "features": ["assistants", "auth", "container", "kubernetes"],
        "ci": "none",
    },
    "longest": {"resources": LONGEST, "ci": "none", "description": "x" * 80},
}
