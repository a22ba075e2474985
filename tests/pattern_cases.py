"""Patterns that are refused, with the sentence that says what to write, and ones that are supported."""

from typing import Any, Final

ONE_SEQUENCE: Final = (
    "is not supported: write one sequence of characters, classes as [A-Z] and repetitions as {4} "
    "between ^ and $, as in ^[A-Z]{3}-[0-9]{4}$."
)
WHOLE: Final = (
    "which does not match the whole text: write it between ^ and $, as in ^[A-Z]{3}-[0-9]{4}$."
)
WIDER: Final = "write wider classes, or repeat them more often."
EVERY: Final = "which matches every text of printable ASCII: write a narrower one, or remove it."

STRANGE: Final = [
    *[("^a(b|c)$", "("), ("^a|b$", "|"), ("^a.$", "."), (r"^\d{4}$", r"\d"), (r"^\w+$", r"\w")],
    *[("^a++$", "+"), ("^a+?$", "?"), ("^a{2}{3}$", "{3}"), ("^*$", "*"), ("^a{,3}$", "{,3}")],
    *[("^a{1, 2}$", "{1, 2}"), ("^{2}$", "{2}"), ("^a{b}$", "{b}"), ("^a{$", "{"), ("^a}$", "}")],
    *[("^ä$", "ä"), ("^[ä-ö]$", "[ä-ö]"), ("^a\tb$", " "), ("^a\nb$", " "), ("^a\x00$", "\x00")],
    *[("^a]$", "]"), ("^[]$", "[]"), ("^[]a]$", "[]"), ("^[^]$", "[^]"), ("^[a$", "[")],
    *[("^[[:alpha:]]$", "[[:alpha:]"), ("^[[.a.]]$", "[[.a.]"), ("^[a[]$", "[a[]")],
    *[("^[a&&b]$", "[a&&b]"), ("^[a||b]$", "[a||b]"), ("^[a~~b]$", "[a~~b]")],
    *[("^[a--b]$", "[a--b]"), ("^[a-c-e]$", "[a-c-e]"), ("^[-a]$", "[-a]"), ("^[^-a]$", "[^-a]")],
    *[(r"^[\d]$", r"[\d]"), (r"^[\n]$", r"[\n]"), (r"^[\+-\.]$", r"[\+-\.]"), ("^[a^]$", "[a^]")],
    *[(r"^\<$", r"\<"), (r"^[\>a]$", r"[\>a]"), (r"^\ b$", "\\ "), ("^a^b$", "^"), ("^a$b$", "$")],
]
REFUSED: Final[list[tuple[dict[str, Any], str]]] = [
    ({"pattern": None}, "has the pattern null: write a text, as in '^[A-Z]{3}-[0-9]{4}$'."),
    ({"pattern": 5}, "has the pattern 5: write a text, as in '^[A-Z]{3}-[0-9]{4}$'."),
    ({"pattern": ["a"]}, "has the pattern a list: write a text, as in '^[A-Z]{3}-[0-9]{4}$'."),
    ({"pattern": f"^{'a' * 199}$"}, "has a pattern of more than 200 characters: shorten it."),
    ({"pattern": ""}, f"has the pattern '', {WHOLE}"),
    ({"pattern": "^"}, f"has the pattern '^', {WHOLE}"),
    ({"pattern": "[A-Z]$"}, f"has the pattern '[A-Z]$', {WHOLE}"),
    ({"pattern": "^[A-Z]"}, f"has the pattern '^[A-Z]', {WHOLE}"),
    ({"pattern": r"^[A-Z]\$"}, rf"has the pattern '^[A-Z]\$', {WHOLE}"),
    *[
        (
            {"pattern": pattern},
            f"has the pattern '{' '.join(pattern.split())}', whose part '{part}' {ONE_SEQUENCE}",
        )
        for pattern, part in STRANGE
    ],
    (
        {"pattern": "^[A-Z0-9a-c9-0]$"},
        "has the pattern '^[A-Z0-9a-c9-0]$', whose range '9-0' is reversed: write the "
        "lower character first, as in 0-9.",
    ),
    (
        {"pattern": "^a[^ -~]$"},
        "has the pattern '^a[^ -~]$', whose class '[^ -~]' has no printable ASCII character: "
        "write one that has, as in [A-Z].",
    ),
    (
        {"pattern": "^[A-Z]{3,2}$"},
        "has the pattern '^[A-Z]{3,2}$', whose repetition '{3,2}' is reversed: write "
        "the smaller number first, as in {2,3}.",
    ),
    (
        {"pattern": "^[A-Z]{1,256}$"},
        "has the pattern '^[A-Z]{1,256}$', whose repetition '{1,256}' is too large: write at most "
        "255, as in [A-Z]{1,255}.",
    ),
    (
        {"pattern": "^[A-Z]{256,}$"},
        "has the pattern '^[A-Z]{256,}$', whose repetition '{256,}' is too large: write at most "
        "255, as in [A-Z]{1,255}.",
    ),
    (
        {"pattern": "^[A-Z]+$", "min_length": 2},
        "has both min_length and a pattern: remove min_length, as the pattern limits the length.",
    ),
    (
        {"pattern": "^[A-Z]{8}-[0-9]{2,}$", "max_length": 10},
        "has the pattern '^[A-Z]{8}-[0-9]{2,}$', which matches no text of fewer than 11 characters: "
        "shorten it, or raise max_length above 10.",
    ),
    *[
        (
            {"pattern": pattern, "unique": unique},
            f"has the pattern '{pattern}', whose classes give fewer than {fewest} values of one "
            f"length up to 255: {WIDER}",
        )
        for pattern, unique, fewest in [
            ("^$", False, 2),
            ("^abc$", False, 2),
            ("^a+$", False, 2),
            ("^[A-Z]{0}$", False, 2),
            ("^[01]{3}$", True, 10),
            ("^[A-I]$", True, 10),
        ]
    ],
    (
        {"pattern": "^x[01]*$", "max_length": 4, "unique": True},
        "has the pattern '^x[01]*$', whose classes give fewer than 10 values of one length up to "
        f"4: {WIDER}",
    ),
    ({"pattern": "^[ -~]*$"}, f"has the pattern '^[ -~]*$', {EVERY}"),
    (
        {"pattern": "^[ -~]?[!-~]*[ -~]*$", "max_length": 5},
        f"has the pattern '^[ -~]?[!-~]*[ -~]*$', {EVERY}",
    ),
]

TAKEN: Final = [
    r"^[A-Z]{3}-[0-9]{4}$",
    r"^[^@ ]+@[^@ ]+\.[a-z]{2,}$",
    r"^\+?[0-9]{7,15}$",
    r"^[0-9a-f]{64}$",
    r"^[a-z0-9]+-?[a-z0-9]*-?[a-z0-9]*$",
    r"^#[0-9A-Fa-f]{6}$",
    r"^[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4,30}$",
    r"^[a-z]{2}_[A-Z]{2}$",
    r"^v[0-9]+\.[0-9]+\.[0-9]+$",
    r"^/[a-z/]*$",
    r"^https?://[a-z.]+/?$",
    r"^ [A-Z] $",
    r"^[A-Z ]{1,3}# x$",
    r"^[A-Z0-9_-]*$",
    r"^[^-]$",
    r"^[^A-Z-]{2}$",
    r"^[\]\[\\\^\-a]{2}$",
    r"^[^\]\[\\\^\-a]{2}$",
    r"^\[[a-z\]]\]$",
    r"^[!-/]+$",
    r"^[ -~]{3}$",
    r"^[!-~~]{1,2}$",
    r"^[!-&&]{1,2}$",
    r"^[+-.]?[:alph]{2}$",
    r"^[.a.][=b=][:c:d]$",
    r"^[*+?(){}|$#%]{1,255}$",
    r"^[a-c]{0}[x-z]{0,1}[0-9]{002}$",
    r"^[^a]*a*$",
    r"^\^\$\.\*\+\?\(\)\[\]\{\}\|\\[01]$",
    r"^'[\"'`]{2}\"%s:a;--[ab]$",
    r"^[^a]{0,255}[^b]{0,255}[^c]{0,255}[^d]{0,255}[^e]{1,255}$",
    r"^<[a-z]>&amp;$",
]

# Asks PostgreSQL and Pydantic in a service which values match.
FROM_THE_ENGINES: Final = """
import asyncio, json, sys, asyncpg
from typing import Annotated
from pydantic import Field, TypeAdapter, ValidationError
from app.models.types import WITHOUT_NUL, Text
from tools.postgres import scratch_database

def taken(adapter, value):
    try:
        return adapter.validate_python(value) == value
    except ValidationError:
        return False

async def read(url, asked):
    connection = await asyncpg.connect(url)
    answers = []
    for pattern, values in asked:
        rows = await connection.fetch("SELECT v ~ $2 FROM unnest($1::text[]) AS v", values, pattern)
        answers.append([[row[0] for row in rows]])
        plain = Annotated[str, Field(pattern=pattern)]
        generated = Annotated[Text, Field(pattern=pattern), WITHOUT_NUL]
        for adapter in map(TypeAdapter, (plain, generated)):
            answers[-1].append([taken(adapter, value) for value in values])
        answers[-1].append(taken(adapter, "\\0") or taken(adapter, "A\\0"))
    await connection.close()
    return answers

with scratch_database() as url:
    json.dump(asyncio.run(read(url, json.load(sys.stdin))), sys.stdout)
"""
