"""The websocket for prices."""

from fastapi import APIRouter, WebSocket

from app.api.deps import Sessions
from app.services.quote_service import QuoteService

router = APIRouter(prefix="/quotes", tags=["quotes"])


@router.websocket("/")
async def quote_prices(websocket: WebSocket, sessions: Sessions) -> None:
    """Answer each message with a price, until the client leaves."""
    await websocket.accept()
    async for message in websocket.iter_text():
        async with sessions.session(read_only=True) as db:
            quote = await QuoteService(db).answer(message)
        await websocket.send_text(quote.model_dump_json())
