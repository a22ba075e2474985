"""A websocket to the app, in the event loop of the tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

NORMAL = 1000


class Socket:
    """The client's side of a websocket."""

    def __init__(self) -> None:
        self.to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.to_client: asyncio.Queue[Any] = asyncio.Queue()

    async def ask(self, message: str) -> str:
        """Send a message, and return the next one."""
        await self.to_app.put({"type": "websocket.receive", "text": message})
        answer = await self.to_client.get()
        assert answer["type"] == "websocket.send", answer
        return str(answer["text"])


@asynccontextmanager
async def connected(app: FastAPI, path: str) -> AsyncIterator[Socket]:
    """Open a websocket, and close it at the end."""
    socket = Socket()
    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": [], "app": app}
    task = asyncio.create_task(app(scope, socket.to_app.get, socket.to_client.put))
    await socket.to_app.put({"type": "websocket.connect"})
    assert (await socket.to_client.get())["type"] == "websocket.accept"
    yield socket
    await socket.to_app.put({"type": "websocket.disconnect", "code": NORMAL})
    await task
