import pytest

from tools.migrations.types import loss


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
        ("SMALLINT", "REAL", True),
        ("INTEGER", "REAL", False),
        ("INTEGER", "DOUBLE PRECISION", True),
        ("DOUBLE PRECISION", "NUMERIC", False),
        ("NUMERIC(10, 0)", "INTEGER", False),
        ("BIGINT", "NUMERIC(18, 0)", False),
        ("INTEGER", "NUMERIC", True),
        ("TEXT", "NUMERIC", False),
        ("JSON", "TEXT", False),
    ],
)
def test_a_type_is_wider_if_it_holds_every_value(old: str, new: str, *, kept: bool) -> None:
    assert (loss(old, new) is None) is kept


@pytest.mark.parametrize(
    ("old", "new", "start"),
    [
        ("DOUBLE PRECISION", "BIGINT", "values are rounded"),
        ("NUMERIC(5, 2)", "NUMERIC(5, 1)", "values are rounded"),
        ("BIGINT", "DOUBLE PRECISION", "values are rounded"),
        ("TIMESTAMP WITH TIME ZONE", "DATE", "the part of each value"),
        ("INTEGER", "BOOLEAN", "every number but zero"),
        ("BIGINT", "INTEGER", "a value that does not fit"),
        ("VARCHAR(5)", "VARCHAR(4)", "a value that does not fit"),
    ],
)
def test_what_is_lost_is_said(old: str, new: str, start: str) -> None:
    assert str(loss(old, new)).startswith(start)
