"""Legitimate websockets, streams, background tasks and uploads."""

from typing import Final

from tests.mistakes.planted import ENDPOINTS, SERVICES, module

LIVE_ROUTES: Final = module(
    "live",
    ENDPOINTS,
    '''
    """Endpoints that are no request with one response."""

    from collections.abc import AsyncIterator
    from typing import Annotated

    from fastapi import APIRouter, BackgroundTasks, Depends, WebSocket, WebSocketDisconnect
    from fastapi.responses import StreamingResponse
    from fastapi.sse import EventSourceResponse, ServerSentEvent

    from app.api.deps import Sessions, StreamDb
    from app.api.openapi import COMMON
    from app.models.planted_report import ReportRead
    from app.services.planted_live_service import PlantedLiveService

    router = APIRouter(prefix="/live", tags=["live"], responses=COMMON)


    def get_live(db: StreamDb) -> PlantedLiveService:
        """Return the service that a request uses."""
        return PlantedLiveService(db)


    async def announce(sessions: Sessions, number: float) -> None:
        """Announce a number after the response."""
        async with sessions.session() as db:
            await PlantedLiveService(db).announce(number)


    Live = Annotated[PlantedLiveService, Depends(get_live)]


    @router.websocket("/echo")
    async def echo(websocket: WebSocket, sessions: Sessions) -> None:
        """Answer each message with what is known about it."""
        await websocket.accept()
        async for message in websocket.iter_text():
            async with sessions.session(read_only=True) as db:
                await websocket.send_text(await PlantedLiveService(db).answer(message))


    @router.websocket("/chat/{room}")
    async def chat(websocket: WebSocket, room: str, sessions: Sessions) -> None:
        """Exchange messages until the client leaves."""
        await websocket.accept(headers=[(b"x-room", room.encode())])
        await websocket.send_json({"room": room, "protocol": -1})
        try:
            while True:
                message = await websocket.receive_json()
                async with sessions.session() as db:
                    service = PlantedLiveService(db)
                    await service.announce(message["number"])
                    async for line in service.lines():
                        await websocket.send_text(line)
        except WebSocketDisconnect:
            pass
        finally:
            await PlantedLiveService.leave(room)


    @router.post("/announced", status_code=202)
    async def start_announcement(tasks: BackgroundTasks, sessions: Sessions) -> ReportRead:
        """Announce a number after the response."""
        report = ReportRead(name="announced", total=1)
        tasks.add_task(announce, sessions, number=report.total)
        return report


    @router.get("/lines", response_class=StreamingResponse)
    async def get_lines(live: Live) -> StreamingResponse:
        """Return lines as they come."""
        return StreamingResponse(
            live.lines(),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{live.name}"'},
        )


    @router.get("/reports")
    async def get_reports(live: Live) -> AsyncIterator[ReportRead]:
        """Return reports, each on a line."""
        async for report in live.reports():
            yield report


    @router.get("/events", response_class=EventSourceResponse)
    async def get_events(live: Live) -> AsyncIterator[ServerSentEvent]:
        """Return reports as they come."""
        yield ServerSentEvent(comment="reports")
        async for report in live.reports():
            yield ServerSentEvent(data=report, event="report", id=str(report.total))
    ''',
)

# FastAPI imports it only if python-multipart is installed, which the service is without.
UPLOAD_ROUTES: Final = module(
    "uploads",
    ENDPOINTS,
    '''
    """Endpoints that receive files."""

    from fastapi import APIRouter, Request, UploadFile

    from app.api.deps import Db
    from app.api.openapi import CREATE_RESPONSES
    from app.models.planted_report import ReportRead
    from app.services.planted_live_service import PlantedLiveService

    router = APIRouter(prefix="/uploads", tags=["uploads"], responses=CREATE_RESPONSES)


    @router.post("/upload", status_code=201)
    async def upload(file: UploadFile, db: Db) -> ReportRead:
        """Store a file."""
        return await PlantedLiveService(db).store(file.filename, await file.read())


    @router.post("/uploads", status_code=201)
    async def upload_all(files: list[UploadFile], db: Db) -> ReportRead:
        """Store files."""
        return await PlantedLiveService(db).store_all([await file.read() for file in files])


    @router.post("/pieces", status_code=201)
    async def upload_pieces(file: UploadFile, db: Db) -> ReportRead:
        """Store a file that does not fit into the memory."""
        return await PlantedLiveService(db).store_pieces(file.file)


    @router.put("/stream", status_code=201)
    async def upload_stream(request: Request, db: Db) -> ReportRead:
        """Store a body as it comes."""
        return await PlantedLiveService(db).store_stream(request.stream())
    ''',
)

LIVE_SERVICE: Final = module(
    "live_service",
    SERVICES,
    '''
    """What live endpoints send and receive."""

    from collections.abc import AsyncIterator, Sequence
    from typing import BinaryIO

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.models.planted_report import ReportRead


    class PlantedLiveService:
        """Rules of live endpoints."""

        name = "live.csv"

        def __init__(self, db: AsyncSession) -> None:
            self.db = db

        async def answer(self, message: str) -> str:
            """Return the answer to a message."""
            return message.upper()

        async def announce(self, number: float) -> None:
            """Announce a number."""

        async def lines(self) -> AsyncIterator[str]:
            """Yield lines."""
            yield "line"

        async def reports(self) -> AsyncIterator[ReportRead]:
            """Yield reports."""
            yield ReportRead(name="all", total=1)

        async def store(self, name: str | None, content: bytes) -> ReportRead:
            """Store a file."""
            return ReportRead(name=name or "file", total=len(content))

        async def store_all(self, contents: Sequence[bytes]) -> ReportRead:
            """Store files."""
            return await self.store(None, b"".join(contents))

        async def store_pieces(self, file: BinaryIO) -> ReportRead:
            """Store a file that is too large for the memory."""
            return await self.store(None, file.read())

        async def store_stream(self, pieces: AsyncIterator[bytes]) -> ReportRead:
            """Store what comes in pieces."""
            return await self.store(None, b"".join([piece async for piece in pieces]))

        @staticmethod
        async def leave(room: str) -> None:
            """Leave a room."""
    ''',
)
