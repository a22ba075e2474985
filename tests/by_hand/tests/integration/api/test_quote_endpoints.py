"""The websocket for prices, against the real database."""

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from tests.factories import product as product_factory
from tests.sockets import connected

URL = "/api/v1/quotes/"


@pytest.mark.usefixtures("client")  # the app has the test's database
async def test_each_message_is_answered(app: FastAPI, db: AsyncSession) -> None:
    await product_factory.create(db, name="Lamp", price=2)
    async with connected(app, URL) as socket:
        assert await socket.ask('{"name": "Lamp"}') == '{"price":2.0,"error":null}'
        assert "no product" in await socket.ask('{"name": "Chair"}')
        assert "Send the name" in await socket.ask("Lamp")
        assert await socket.ask('{"name": "Lamp"}') == '{"price":2.0,"error":null}'
