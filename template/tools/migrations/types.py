"""What changing the type of a column does to its values."""

import re
from math import inf
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from migrations.named_types import named_types

DIGITS: Final = {"SMALLINT": 5, "INTEGER": 10, "BIGINT": 19}
DOUBLES: Final = {"FLOAT", "DOUBLE PRECISION"}
FLOATS: Final = {"REAL", *DOUBLES}
NUMBERS: Final = {*DIGITS, *FLOATS, "NUMERIC"}
TEXTS: Final = {"VARCHAR", "TEXT"}
WIDER: Final = {
    "SMALLINT": {"INTEGER", "BIGINT", *FLOATS},
    "INTEGER": {"BIGINT", *DOUBLES},
    **dict.fromkeys(FLOATS, DOUBLES),
}
SIZE: Final = re.compile(r"\((\d+)(?:, (\d+))?\)")


def loss(old: str, new: str) -> str | None:
    """Return what happens to values that the new type cannot hold, or None if it holds all."""
    before, after = (re.split(r"\(| WITH", text)[0] for text in (old, new))
    sized = TEXTS if after in TEXTS else {*DIGITS, "NUMERIC"} if after == "NUMERIC" else set()
    fits = all(held >= needed for held, needed in zip(room(new), room(old), strict=True))
    if old == new or new in WIDER.get(old, ()) or (before in sized and fits):
        return None
    if before in NUMBERS and after == "BOOLEAN":
        return "every number but zero becomes true"
    if {before, after} <= NUMBERS and (before not in DIGITS or after in FLOATS):
        return "values are rounded without an error, and one that is too large makes this fail"
    if {before, after} <= {"DATE", "TIME", "TIMESTAMP"}:
        return "the part of each value that the new type has no room for is lost without an error"
    return "a value that does not fit makes this fail"


def room(type_text: str) -> tuple[float, float]:
    """Return how many characters, or digits before and after the point, a type has room for."""
    size = SIZE.search(type_text)
    if size is None:
        return DIGITS.get(type_text, inf), 0 if type_text in DIGITS else inf
    scale = int(size[2] or 0)
    return int(size[1]) - scale, scale


def conversion(connection: Connection, old: TypeEngine[Any], new: TypeEngine[Any]) -> str | None:
    """Return the cast with which PostgreSQL converts values, empty if it needs none, or None."""
    dialect = connection.dialect
    before, after = old.compile(dialect), new.compile(dialect)
    kinds = [*named_types(old, dialect), *named_types(new, dialect)]
    for cast in ("", f"::{after}", f"::TEXT::{after}")[: 3 if kinds else 2]:
        try:
            with connection.begin_nested() as savepoint:
                for kind in kinds:
                    kind.create(connection)  # if the migration is what creates it
                connection.exec_driver_sql(f"CREATE TEMPORARY TABLE probe (value {before})")
                change = f"ALTER TABLE probe ALTER value TYPE {after} USING value{cast}"
                connection.exec_driver_sql(change)
                savepoint.rollback()
        except DBAPIError:
            continue
        return cast
    return None
