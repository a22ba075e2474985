"""Opaque cursors: the place in an order behind which the next page starts."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy.types import TypeEngine

from app.core.errors import InvalidParameterError
from app.models.types import Float, Int64, Text, UtcDatetime

PARAMETER: Final = "cursor"
NOT_OURS: Final = "take it unchanged from next_cursor, or leave it out for the first page."
OTHER_ORDER: Final = "it belongs to another sort order; leave it out for the first page."
ADAPTERS: Final[dict[type, TypeAdapter[Any]]] = {
    str: TypeAdapter(Text | None),
    int: TypeAdapter(Int64 | None),
    float: TypeAdapter(Float | None),
    bool: TypeAdapter(bool | None),
    datetime: TypeAdapter(UtcDatetime | None),
}
ROW_ID: Final = TypeAdapter(Int64)


def encode_cursor(sort: str, column_type: TypeEngine[Any], value: Any, row_id: int) -> str:
    """Return the cursor for the place of this value and id in the order named `sort`."""
    plain = ADAPTERS[column_type.python_type].dump_python(value, mode="json")
    place = json.dumps([sort, plain, row_id], separators=(",", ":"))
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, sort: str, column_type: TypeEngine[Any]) -> tuple[Any, int]:
    """Return the value and the id that the cursor points behind.

    Raises:
        InvalidParameterError: `encode_cursor` did not make it for this order.
    """
    try:
        padding = "=" * (-len(cursor) % 4)
        made_for, plain, plain_id = json.loads(urlsafe_b64decode(cursor + padding))
        if made_for != sort:
            raise InvalidParameterError(PARAMETER, OTHER_ORDER)
        value = ADAPTERS[column_type.python_type].validate_python(plain)
        return value, ROW_ID.validate_python(plain_id)
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidParameterError(PARAMETER, NOT_OURS) from error
