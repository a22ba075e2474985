"""A provider that a test may change, and a client without a token."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import pytest
from fastapi import APIRouter, FastAPI, Request, WebSocket
from httpx2 import ASGITransport, AsyncClient, ConnectError
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from app.api.auth import requires
from app.auth.tokens import Authenticator
from app.core.caller import Caller
from app.core.config import Settings
from app.main import create_app
from tests.tokens import ISSUER, KEY

TEN_MEGABYTES: Final = 10_000_000
router = APIRouter(prefix="/secrets")
ReadCaller = Annotated[Caller, requires("secrets:read")]


@router.get("/one")
async def get_secret(caller: ReadCaller) -> str:
    return caller.subject


@router.post("/one")
async def post_secret(caller: ReadCaller, request: Request) -> int:
    return len(await request.body()) + len(caller.subject)


@router.websocket("/socket")
async def open_socket(websocket: WebSocket, caller: ReadCaller) -> None:
    await websocket.accept()
    await websocket.send_text(caller.subject)
    await websocket.close()


class Provider:
    """A provider with faults."""

    def __init__(self) -> None:
        self.keys: list[Any] = [KEY.as_dict(private=False)]
        self.asked: list[str] = []
        self.fault = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = dict(scope["headers"])[b"host"].decode()
        self.asked.append(f"{host}{scope['path']}")
        if self.fault == "down":
            message = "connection refused"
            raise ConnectError(message)
        await self.answer(scope["path"])(scope, receive, send)

    def answer(self, path: str) -> Response:
        if path != "/keys":
            return JSONResponse({"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"})
        if self.fault == "redirect":
            return RedirectResponse("https://evil.test/keys")
        if self.fault == "large":
            return JSONResponse({"keys": self.keys, "padding": "x" * TEN_MEGABYTES})
        if self.fault == "nested":
            return Response("[" * 100_000)
        return JSONResponse({"keys": self.keys})

    @property
    def fetches(self) -> int:
        """How many times the keys were fetched."""
        return self.asked.count("issuer.test/keys")


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def guarded(settings: Settings, provider: Provider) -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    app.state.authenticator = Authenticator(settings, ASGITransport(provider))
    app.include_router(router)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def stranger(guarded: FastAPI) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(guarded)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
