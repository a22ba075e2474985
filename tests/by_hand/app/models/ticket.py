"""What clients send and receive for tickets."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.models.base import RequestModel
from app.models.types import Text

TITLE_MAX_LENGTH: Final = 100
LABELS_MAX: Final = 10
SCREENSHOT_MAX_BYTES: Final = 5_000_000

EXAMPLE: Final[JsonDict] = {
    "title": "Sample",
    "labels": ["bug"],
    "state": "open",
    "channel": "mail",
    "urgent": False,
}


class TicketState(StrEnum):
    """Whether there is still work to do."""

    OPEN = "open"
    CLOSED = "closed"


class TicketLabel(StrEnum):
    """What a ticket is about."""

    BUG = "bug"
    SHIPPING = "shipping"


class TicketChannel(StrEnum):
    """How a ticket came in."""

    MAIL = "mail"
    PHONE = "phone"


class TicketCreate(RequestModel):
    """What a client sends to create a ticket."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    title: Annotated[Text, Field(max_length=TITLE_MAX_LENGTH)]
    labels: Annotated[list[TicketLabel], Field(max_length=LABELS_MAX)]
    state: TicketState = TicketState.OPEN
    channel: TicketChannel = TicketChannel.MAIL
    urgent: bool = False


class TicketRead(BaseModel):
    """A ticket as a client receives it."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [{"id": 1, **EXAMPLE}]}
    )

    id: int
    title: str
    state: TicketState
    channel: TicketChannel
    labels: list[TicketLabel]
    urgent: bool
