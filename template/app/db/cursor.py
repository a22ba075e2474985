"""Opaque cursors: the place in a sort order after which the next page starts."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.types import Numeric, TypeEngine

from app.core.errors import InvalidParameterError
from app.models.types import BoundedDecimal, Float, Int64, Text, UtcDatetime

PARAMETER: Final = "cursor"
NOT_OURS: Final = "use next_cursor unchanged, or omit it for the first page."
OTHER_ORDER: Final = "it belongs to another sort order; omit it for the first page."
QUANTUM: Final = 4  # characters in a group of base64
ADAPTERS: Final[dict[type, TypeAdapter[Any]]] = {
    str: TypeAdapter(Text | None),
    int: TypeAdapter(Int64 | None),
    float: TypeAdapter(Float | None),
    Decimal: TypeAdapter(BoundedDecimal | None),
    bool: TypeAdapter(bool | None),
    date: TypeAdapter(date | None),
    datetime: TypeAdapter(UtcDatetime | None),
    UUID: TypeAdapter(UUID | None),
}
Types = tuple[TypeEngine[Any], TypeEngine[Any]]


def encode_cursor(sort: str, types: Types, value: Any, row_id: Any) -> str:
    """Return the cursor for this value and id in the order `sort`."""
    plain = [
        ADAPTERS[column_type.python_type].dump_python(part, mode="json")
        for column_type, part in zip(types, (value, row_id), strict=True)
    ]
    place = json.dumps([sort, *plain], separators=(",", ":"), ensure_ascii=False)
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, sort: str, types: Types) -> tuple[Any, Any]:
    """Return the value and the id of the row that the cursor points to.

    Raises:
        InvalidParameterError: The cursor is malformed or belongs to another order.
    """
    try:
        padding = "=" * (-len(cursor) % QUANTUM)
        made_for, *plain = json.loads(urlsafe_b64decode(cursor + padding))
        if made_for != sort:
            raise InvalidParameterError(PARAMETER, OTHER_ORDER)
        value, row_id = (
            check_fit(ADAPTERS[column_type.python_type].validate_python(part), column_type)
            for column_type, part in zip(types, plain, strict=True)
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidParameterError(PARAMETER, NOT_OURS) from error
    if row_id is None:
        raise InvalidParameterError(PARAMETER, NOT_OURS)
    return value, row_id


def check_fit(value: Any, column_type: TypeEngine[Any]) -> Any:
    """Return the value if it fits its column; PostgreSQL fails at a decimal that does not.

    Raises:
        ValueError: It does not fit.
    """
    if isinstance(value, Decimal) and isinstance(column_type, Numeric) and column_type.precision:
        whole_digits = column_type.precision - (column_type.scale or 0)
        if abs(value) >= Decimal(1).scaleb(whole_digits):
            raise ValueError
    return value
