"""Routes of tickets."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from app.api.deps import Conditional, Created, Db
from app.api.openapi import CREATE_RESPONSES, READ_RESPONSES
from app.db.models.ticket import Ticket
from app.models.ticket import TicketCreate, TicketRead
from app.models.types import RowId
from app.services.ticket_service import TicketService

router = APIRouter(prefix="/tickets", tags=["tickets"])

TicketId = Annotated[RowId, Path(description="The ticket's id.")]


@router.post(
    "/",
    response_model=TicketRead,
    status_code=HTTPStatus.CREATED,
    responses=CREATE_RESPONSES,
)
async def create_ticket(ticket: TicketCreate, db: Db, reply: Created) -> Ticket:
    """Create a ticket."""
    return reply.send(await TicketService(db).create(ticket))


@router.get("/{ticket_id}", response_model=TicketRead, responses=READ_RESPONSES)
async def get_ticket(ticket_id: TicketId, db: Db, reply: Conditional) -> Ticket:
    """Return one ticket."""
    return reply.send(await TicketService(db).get(ticket_id))
