"""The types refuse values that the database cannot store or would change."""

import json
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from app.models.types import (
    JSON_MAX_BYTES,
    JSON_MAX_DEPTH,
    WITHOUT_NUL,
    BoundedDecimal,
    JsonObject,
    RowId,
    Text,
    UtcDatetime,
    to_scale,
)

Price = Annotated[Decimal, Field(max_digits=6, decimal_places=2), to_scale(2)]
NotBlank = Annotated[Text, Field(pattern="^[^ ]+$"), WITHOUT_NUL]


def nested(levels: int) -> Any:
    """Return an object nested this many levels deep."""
    return json.loads('{"a":' * levels + "{}" + "}" * levels)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Text, "nul\x00"),
        (Text, "\ud800"),
        (NotBlank, "nul\x00"),
        (NotBlank, "a b"),
        (RowId, 0),
        (RowId, 2**63),
        (UtcDatetime, "2026-01-31T12:00:00"),
        (UtcDatetime, "0001-01-01T00:00:00+14:00"),
        (UtcDatetime, "0001-01-01T00:00:00Z"),
        (UtcDatetime, "9999-12-31T23:59:59.999999Z"),
        (BoundedDecimal, "1e1000000"),
        (BoundedDecimal, "NaN"),
        (Price, "0.001"),
        (Price, "10000"),
        (JsonObject, []),
        (JsonObject, {"text": "nul\x00"}),
        (JsonObject, {"nul\x00": 1}),
        (JsonObject, {"list": ["\ud800"]}),
        (JsonObject, {"number": float("inf")}),
        (JsonObject, {"text": "x" * JSON_MAX_BYTES}),
        (JsonObject, {"digits": [1e308] * (JSON_MAX_BYTES // 309)}),
        (JsonObject, nested(JSON_MAX_DEPTH + 1)),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("sent", "read"), [("1", "1.00"), ("1.5", "1.50"), (2.25, "2.25"), ("-0", "0.00")]
)
def test_a_decimal_has_all_places_of_its_column(sent: object, read: str) -> None:
    assert str(TypeAdapter(Price).validate_python(sent)) == read


def test_a_valid_document_is_unchanged() -> None:
    document = {
        "text": "né",
        "floats": [0.5] * (JSON_MAX_BYTES // 6),
        "list": [1, 2.5, None, True],
        "deep": nested(JSON_MAX_DEPTH - 1),
    }
    assert TypeAdapter(JsonObject).validate_python(document) == document
