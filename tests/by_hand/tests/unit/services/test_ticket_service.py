"""TicketService, against the real database."""

import pytest
from sqlalchemy import inspect, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import undefer

from app.core.errors import NotFoundError
from app.db.models.ticket import Ticket
from app.models.ticket import TicketCreate, TicketLabel, TicketState
from app.services.ticket_service import TicketService

NO_ID = 2**63 - 1
SAMPLE = TicketCreate(title="Sample", labels=[TicketLabel.BUG, TicketLabel.SHIPPING], urgent=True)


async def test_create_stores_what_was_sent(
    db: AsyncSession, new_session: async_sessionmaker[AsyncSession]
) -> None:
    ticket = await TicketService(db).create(SAMPLE)
    async with new_session() as other:
        stored = await other.get_one(Ticket, ticket.id)
    assert stored.state is TicketState.OPEN
    assert stored.labels == [TicketLabel.BUG, TicketLabel.SHIPPING]
    assert stored.urgent is True


async def test_the_database_rejects_another_channel(db: AsyncSession) -> None:
    ticket = await TicketService(db).create(SAMPLE)
    other = update(Ticket).where(Ticket.id == ticket.id).values(channel=text("'FAX'"))
    with pytest.raises(IntegrityError, match="ck_tickets_channel"):
        await db.execute(other)


async def test_a_screenshot_is_stored_with_its_ticket(
    db: AsyncSession, new_session: async_sessionmaker[AsyncSession]
) -> None:
    ticket = await TicketService(db).create(SAMPLE)
    await TicketService(db).attach(ticket.id, b"\x00png")
    async with new_session() as other:
        with_screenshot = [undefer(Ticket.screenshot)]
        stored = await other.get_one(Ticket, ticket.id, options=with_screenshot)
    assert stored.screenshot == b"\x00png"


async def test_a_screenshot_is_not_read_with_its_ticket(db: AsyncSession) -> None:
    ticket = await TicketService(db).create(SAMPLE)
    db.expunge_all()
    read = await TicketService(db).get(ticket.id)
    assert "screenshot" in inspect(read).unloaded


async def test_a_missing_ticket_is_named(db: AsyncSession) -> None:
    with pytest.raises(NotFoundError, match=f"no ticket with id {NO_ID}"):
        await TicketService(db).attach(NO_ID, b"png")
