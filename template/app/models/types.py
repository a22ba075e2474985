"""Types with the limits that PostgreSQL sets, so that nothing it refuses ever reaches it."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, Field, FiniteFloat, StringConstraints

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
NO_NUL: Final = r"^[^\x00]*$"


def to_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC, within the years that a `datetime` can hold."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        message = "the moment lies outside the years 1 to 9999 in UTC"
        raise ValueError(message) from None


Text = Annotated[str, StringConstraints(pattern=NO_NUL)]
Int64 = Annotated[int, Field(ge=INT64_MIN, le=INT64_MAX)]
Float = FiniteFloat
UtcDatetime = Annotated[AwareDatetime, AfterValidator(to_utc)]
