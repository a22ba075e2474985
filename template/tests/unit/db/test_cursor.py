"""Cursors decode to what was encoded, and anything else is refused."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Double, Numeric, String, Uuid
from sqlalchemy.types import TypeEngine

from app.core.errors import InvalidParameterError
from app.db.cursor import decode_cursor, encode_cursor
from app.models.base import CURSOR_MAX_LENGTH

SORT = "-some"
LONGEST_NAME = 63  # of a column in PostgreSQL
LONGEST_TEXT = 500  # of a field that can be sorted by
ID = BigInteger()
ROW_UUID = UUID("018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f")
MOMENT = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)


def made_by_hand(place: Any) -> str:
    """Return a cursor with any content."""
    return urlsafe_b64encode(json.dumps(place).encode()).decode()


@pytest.mark.parametrize(
    ("column_type", "value"),
    [
        (String(), "né, 'quoted'"),
        (BigInteger(), -(2**63)),
        (Double(), 0.1),
        (Numeric(12, 2), Decimal("0.10")),
        (Boolean(), False),
        (Date(), date(2026, 1, 31)),
        (Uuid(), ROW_UUID),
        (DateTime(timezone=True), MOMENT),
        (String(), None),
    ],
)
def test_a_cursor_decodes_to_what_was_encoded(column_type: TypeEngine[Any], value: Any) -> None:
    cursor = encode_cursor(SORT, (column_type, ID), value, 42)
    assert decode_cursor(cursor, SORT, (column_type, ID)) == (value, 42)


@pytest.mark.parametrize("letter", ["a", "é", "😀", "\x01", '"'])
def test_the_cursor_of_the_longest_text_is_short_enough(letter: str) -> None:
    types = (String(), Uuid())
    sort = "-" + "s" * LONGEST_NAME
    cursor = encode_cursor(sort, types, letter * LONGEST_TEXT, ROW_UUID)
    assert len(cursor) <= CURSOR_MAX_LENGTH
    assert decode_cursor(cursor, sort, types) == (letter * LONGEST_TEXT, ROW_UUID)


def test_a_cursor_may_end_in_a_uuid() -> None:
    types = (String(), Uuid())
    cursor = encode_cursor(SORT, types, "value", ROW_UUID)
    assert decode_cursor(cursor, SORT, types) == ("value", ROW_UUID)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "é",
        "=" * 9,
        made_by_hand("text"),
        made_by_hand({"a": 1}),
        made_by_hand([SORT, 1]),
        made_by_hand([SORT, "1 or 1", 1]),
        made_by_hand([SORT, 2**63, 1]),
        made_by_hand([SORT, 1, 2**63]),
        made_by_hand([SORT, 1, None]),
        made_by_hand([SORT, [1], 1]),
        made_by_hand([SORT, 1, 1, 1]),
        urlsafe_b64encode(b"[" * 100_000).decode(),
        urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_malformed_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidParameterError) as caught:
        decode_cursor(cursor, SORT, (ID, ID))
    assert caught.value.invalid[0].location == ("query", "cursor")


@pytest.mark.parametrize(
    ("column_type", "value"),
    [
        (String(), "nul\x00"),
        (String(), "\ud800"),
        (Double(), float("nan")),
        (Double(), float("inf")),
        (Numeric(12, 2), "1e1000000"),
        (Numeric(12, 2), "10000000000"),
        (Date(), "2026-02-30"),
        (Uuid(), "018f3c1e"),
        (DateTime(timezone=True), "0001-01-01T00:00:00+14:00"),
        (DateTime(timezone=True), "2026-01-31T12:00:00"),
    ],
)
def test_a_cursor_with_a_value_that_cannot_be_stored_is_refused(
    column_type: TypeEngine[Any], value: Any
) -> None:
    with pytest.raises(InvalidParameterError):
        decode_cursor(made_by_hand([SORT, value, 1]), SORT, (column_type, ID))
