"""Types with the limits of PostgreSQL, so that every accepted value can be stored."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    FiniteFloat,
    JsonValue,
    PlainSerializer,
    StringConstraints,
)

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
DECIMAL_MAX_DIGITS: Final = 28  # the precision of Python's decimals
ENUM_MAX_LENGTH: Final = 50
JSON_MAX_BYTES: Final = 65536
JSON_MAX_DEPTH: Final = 20
FIRST_MOMENT: Final = datetime.min.replace(tzinfo=UTC)
LAST_MOMENT: Final = datetime.max.replace(tzinfo=UTC)
NO_NUL: Final = r"^[^\x00]*$"


def to_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC, if a `datetime` can hold it.

    The first and the last one are rejected: asyncpg stores them as minus infinity and infinity.
    """
    with suppress(OverflowError):
        in_utc = moment.astimezone(UTC)
        if FIRST_MOMENT < in_utc < LAST_MOMENT:
            return in_utc
    message = "the moment must be within the years 1 to 9999 in UTC"
    raise ValueError(message)


def refuse_nul(text: str) -> str:
    """Reject NUL, the one character that PostgreSQL cannot store."""
    if "\x00" in text:
        message = "text must not contain NUL"
        raise ValueError(message)
    return text


def to_scale(decimal_places: int) -> AfterValidator:
    """Give a decimal all the places of its column, as it will be read."""
    unit = Decimal(1).scaleb(-decimal_places)
    return AfterValidator(lambda value: value.quantize(unit) + 0)  # + 0 turns -0 into 0


def check_json(document: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Accept a document that is within the limits and that PostgreSQL can store."""
    try:
        longer = 0
        for leaf in leaves_of(document):
            if isinstance(leaf, float):  # JSONB stores all digits, even of 1e308
                longer += len(f"{Decimal(repr(leaf)):f}") - len(repr(leaf))
            else:
                refuse_nul(leaf).encode()
        size = longer + len(json.dumps(document, allow_nan=False, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        message = "text must not contain lone surrogates"
        raise ValueError(message) from None
    if size > JSON_MAX_BYTES:
        message = f"the document must take at most {JSON_MAX_BYTES} bytes"
        raise ValueError(message)
    return document


def leaves_of(value: JsonValue, depth: int = 0) -> Iterator[str | float]:
    """Yield every text in a JSON value, including keys, and every float.

    Raises:
        ValueError: The value is nested too deep.
    """
    if depth > JSON_MAX_DEPTH:
        message = f"the document must be at most {JSON_MAX_DEPTH} levels deep"
        raise ValueError(message)
    if isinstance(value, str | float):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from leaves_of(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves_of(inner, depth + 1)


Text = Annotated[str, StringConstraints(pattern=NO_NUL)]
WITHOUT_NUL: Final = AfterValidator(refuse_nul)  # for a pattern, which replaces that of Text
Int64 = Annotated[int, Field(ge=INT64_MIN, le=INT64_MAX)]
RowId = Annotated[int, Field(ge=1, le=INT64_MAX)]
Float = FiniteFloat
BoundedDecimal = Annotated[Decimal, Field(max_digits=DECIMAL_MAX_DIGITS)]
# Without an exponent: Python writes 1E-7 for more than six places.
PlainDecimal = Annotated[Decimal, PlainSerializer("{:f}".format, str, when_used="json")]
UtcDatetime = Annotated[AwareDatetime, AfterValidator(to_utc)]
JsonObject = Annotated[dict[str, JsonValue], AfterValidator(check_json)]
