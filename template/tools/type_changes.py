"""What changing the type of a column does to its values."""

import re
from math import inf
from typing import Final, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

SHAPE: Final = re.compile(r"([A-Z ]+?)(?:\((\d+)(?:, (\d+))?\))?(?: WITH(?:OUT)? TIME ZONE)?")
TEXTS: Final = ("VARCHAR", "TEXT")
DIGITS: Final = {"SMALLINT": 5, "INTEGER": 10, "BIGINT": 19}
FLOATS: Final = ("REAL", "FLOAT", "DOUBLE PRECISION")
EXACT_IN: Final = {
    "REAL": ("SMALLINT", "REAL"),
    "FLOAT": ("SMALLINT", "INTEGER", *FLOATS),
    "DOUBLE PRECISION": ("SMALLINT", "INTEGER", *FLOATS),
}
FRACTIONS: Final = (*FLOATS, "NUMERIC")
NUMBERS: Final = (*DIGITS, *FRACTIONS)
MOMENTS: Final = ("DATE", "TIME", "TIMESTAMP")


class Shape(NamedTuple):
    """A type as PostgreSQL writes it, with the digits or characters it has room for."""

    name: str
    length: float
    scale: float


def shape_of(type_text: str) -> Shape:
    """Return the name and the room of a type."""
    match = SHAPE.fullmatch(type_text)
    if match is None:
        return Shape(type_text, inf, inf)
    name, length, scale = match.groups()
    if length is None:
        return Shape(name, DIGITS.get(name, inf), 0 if name in DIGITS else inf)
    return Shape(name, int(length), int(scale or 0))


def keeps_every_value(old: str, new: str) -> bool:
    """Tell whether every value of the old type is one of the new type, unchanged."""
    before, after = shape_of(old), shape_of(new)
    if before.name in TEXTS and after.name in TEXTS:
        return after.length >= before.length
    if after.name in FLOATS:
        return before.name in EXACT_IN[after.name]
    if before.name in DIGITS and after.name in DIGITS:
        return after.length >= before.length
    if after.name == "NUMERIC" and (before.name in DIGITS or before.name == "NUMERIC"):
        return after.scale >= before.scale and whole_digits(after) >= whole_digits(before)
    return old == new


def whole_digits(shape: Shape) -> float:
    """Return how many digits fit before the point."""
    return inf if shape.length == inf else shape.length - shape.scale


def consequence(old: str, new: str) -> str:
    """Say what happens to values that the new type cannot hold."""
    before, after = shape_of(old).name, shape_of(new).name
    if before in NUMBERS and after == "BOOLEAN":
        return "every number but zero becomes true"
    if before in NUMBERS and after in FLOATS:
        return "values are rounded without a word"
    if before in FRACTIONS and after in NUMBERS:
        return "values are rounded without a word, and one that is too large makes this fail"
    if before in MOMENTS and after in MOMENTS:
        return "the part of each moment that the new type has no room for is lost without a word"
    return "a value that does not fit makes this fail"


def converts(connection: Connection, old: str, new: str, using: str = "") -> bool:
    """Tell whether PostgreSQL converts a column from one type to another.

    Args:
        connection: A connection within a transaction; nothing remains of the attempt.
        old: The type that the column `value` has.
        new: The type that it gets.
        using: The clause that says how, or nothing where it is to do so by itself.
    """
    savepoint = connection.begin_nested()
    try:
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE cast_probe (value {old})")
        connection.exec_driver_sql(f"ALTER TABLE cast_probe ALTER value TYPE {new}{using}")
    except DBAPIError:
        return False
    else:
        return True
    finally:
        savepoint.rollback()
