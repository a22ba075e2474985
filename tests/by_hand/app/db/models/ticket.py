"""The table of tickets."""

from sqlalchemy import ARRAY, Boolean, Enum, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, RowMixin
from app.models.ticket import TITLE_MAX_LENGTH, TicketChannel, TicketLabel, TicketState


class Ticket(RowMixin, Base):
    """A ticket."""

    __tablename__ = "tickets"

    title: Mapped[str] = mapped_column(String(TITLE_MAX_LENGTH))
    state: Mapped[TicketState] = mapped_column(Enum(TicketState, name="ticket_state"))
    channel: Mapped[TicketChannel] = mapped_column(
        Enum(TicketChannel, native_enum=False, create_constraint=True, name="channel")
    )
    labels: Mapped[list[TicketLabel]] = mapped_column(ARRAY(Enum(TicketLabel, name="ticket_label")))
    urgent: Mapped[bool] = mapped_column(Boolean(create_constraint=True, name="urgent"))
    screenshot: Mapped[bytes | None] = mapped_column(deferred=True, deferred_raiseload=True)
