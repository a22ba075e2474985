"""Business rules and queries of tickets."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFoundError
from app.db.commit import commit
from app.db.models.ticket import Ticket
from app.db.rows import find_row
from app.models.ticket import TicketCreate

RESOURCE: Final = "ticket"


class TicketService:
    """Rules and queries of tickets."""

    def __init__(self, db: AsyncSession) -> None:
        self.db = db

    async def create(self, data: TicketCreate) -> Ticket:
        """Store a ticket and return its row."""
        ticket = Ticket(**data.model_dump())
        self.db.add(ticket)
        await commit(self.db)
        return ticket

    async def get(self, ticket_id: int) -> Ticket:
        """Return the row with this id.

        Raises:
            NotFoundError: There is no such row.
        """
        ticket = await find_row(self.db, Ticket, ticket_id)
        if ticket is None:
            raise NotFoundError(RESOURCE, ticket_id)
        return ticket

    async def attach(self, ticket_id: int, screenshot: bytes) -> None:
        """Store a screenshot with a ticket.

        Raises:
            NotFoundError: There is no such row.
        """
        ticket = await self.get(ticket_id)
        ticket.screenshot = screenshot
        await commit(self.db)
