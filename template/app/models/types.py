"""Types with the limits that PostgreSQL sets, so that nothing it refuses ever reaches it."""

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
DECIMAL_MAX_DIGITS: Final = 28  # as many as Python's decimals keep when they are added
ENUM_MAX_LENGTH: Final = 50
JSON_MAX_BYTES: Final = 65536
JSON_MAX_DEPTH: Final = 20
FIRST_MOMENT: Final = datetime.min.replace(tzinfo=UTC)
LAST_MOMENT: Final = datetime.max.replace(tzinfo=UTC)
NO_NUL: Final = r"^[^\x00]*$"


def to_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC, within the years that a `datetime` can hold.

    Nor may it be the first or the last of all, which asyncpg stores as minus infinity and infinity.
    """
    with suppress(OverflowError):
        in_utc = moment.astimezone(UTC)
        if FIRST_MOMENT < in_utc < LAST_MOMENT:
            return in_utc
    message = "the moment lies outside the years 1 to 9999 in UTC"
    raise ValueError(message)


def refuse_nul(text: str) -> str:
    """Refuse the one character that PostgreSQL cannot store."""
    if "\x00" in text:
        message = "text must not hold NUL"
        raise ValueError(message)
    return text


def to_scale(decimal_places: int) -> AfterValidator:
    """Write a decimal with all places that its column keeps, as it will be read."""
    unit = Decimal(1).scaleb(-decimal_places)
    return AfterValidator(lambda value: value.quantize(unit) + 0)  # + 0 turns -0 into 0


def check_json(document: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Accept a document that PostgreSQL can store and that keeps to the limits."""
    try:
        longer = 0
        for leaf in leaves_of(document):
            if isinstance(leaf, float):  # JSONB writes all digits, of 1e308 as well
                longer += len(f"{Decimal(repr(leaf)):f}") - len(repr(leaf))
            else:
                refuse_nul(leaf).encode()
        size = longer + len(json.dumps(document, allow_nan=False, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        message = "text must not hold lone surrogates"
        raise ValueError(message) from None
    if size > JSON_MAX_BYTES:
        message = f"the document must take at most {JSON_MAX_BYTES} bytes"
        raise ValueError(message)
    return document


def leaves_of(value: JsonValue, depth: int = 0) -> Iterator[str | float]:
    """Give every text in a JSON value, keys among them, and every number with a point.

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
# Python writes 1E-7 where there are more than six places; nobody else does.
PlainDecimal = Annotated[Decimal, PlainSerializer("{:f}".format, str, when_used="json")]
UtcDatetime = Annotated[AwareDatetime, AfterValidator(to_utc)]
JsonObject = Annotated[dict[str, JsonValue], AfterValidator(check_json)]
