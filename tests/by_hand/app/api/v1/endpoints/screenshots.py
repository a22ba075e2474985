"""Routes of the screenshots of tickets."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, UploadFile

from app.api.deps import Db
from app.api.openapi import ONE_ROW, WITH_BODY
from app.models.ticket import SCREENSHOT_MAX_BYTES
from app.models.types import RowId
from app.services.ticket_service import TicketService

router = APIRouter(prefix="/tickets", tags=["tickets"])


@router.put(
    "/{ticket_id}/screenshot",
    status_code=HTTPStatus.NO_CONTENT,
    responses=ONE_ROW | WITH_BODY,
    max_body_size=SCREENSHOT_MAX_BYTES,
)
async def upload_screenshot(
    ticket_id: Annotated[RowId, Path(description="The ticket's id.")],
    file: UploadFile,
    db: Db,
) -> None:
    """Store the screenshot of a ticket, in place of an earlier one."""
    await TicketService(db).attach(ticket_id, await file.read())
