"""What changing the type of a column does to its values."""

import re
from math import inf
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

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


def converts(connection: Connection, old: str, new: str, using: str = "") -> bool:
    """Check whether PostgreSQL converts a column `value`, with a clause if it needs one."""
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
