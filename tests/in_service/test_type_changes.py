import pytest

from tools.type_changes import consequence, keeps_every_value


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("VARCHAR(5)", "VARCHAR(6)", True),
        ("VARCHAR(5)", "VARCHAR(4)", False),
        ("VARCHAR(5)", "TEXT", True),
        ("TEXT", "VARCHAR(5)", False),
        ("INTEGER", "BIGINT", True),
        ("BIGINT", "INTEGER", False),
        ("BIGINT", "NUMERIC(19, 0)", True),
        ("BIGINT", "NUMERIC(20, 2)", False),
        ("NUMERIC(5, 2)", "NUMERIC(6, 2)", True),
        ("NUMERIC(5, 2)", "NUMERIC(5, 3)", False),
        ("NUMERIC(5, 2)", "NUMERIC", True),
        ("NUMERIC", "NUMERIC(5, 2)", False),
        ("NUMERIC(5, 2)", "DOUBLE PRECISION", False),
        ("REAL", "DOUBLE PRECISION", True),
        ("BIGINT", "DOUBLE PRECISION", False),
        ("TIMESTAMP WITH TIME ZONE", "DATE", False),
        ("BIGINT", "TEXT", False),
    ],
)
def test_a_type_is_wider_if_it_holds_every_value(old: str, new: str, *, kept: bool) -> None:
    assert keeps_every_value(old, new) is kept


@pytest.mark.parametrize(
    ("old", "new", "start"),
    [
        ("DOUBLE PRECISION", "BIGINT", "values are rounded"),
        ("NUMERIC(5, 2)", "NUMERIC(5, 1)", "values are rounded"),
        ("BIGINT", "DOUBLE PRECISION", "values are rounded"),
        ("TIMESTAMP WITH TIME ZONE", "DATE", "the part of each moment"),
        ("INTEGER", "BOOLEAN", "every number but zero"),
        ("BIGINT", "INTEGER", "a value that does not fit"),
        ("VARCHAR(5)", "VARCHAR(4)", "a value that does not fit"),
    ],
)
def test_what_is_lost_without_an_error_is_told(old: str, new: str, start: str) -> None:
    assert consequence(old, new).startswith(start)
