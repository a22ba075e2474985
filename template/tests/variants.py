"""Apps and databases with other settings than those of the whole suite."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter
from httpx2 import ASGITransport, AsyncClient

from app.core.config import Settings
from app.db.session import Database
from app.main import create_app
from tests import gadgets


@asynccontextmanager
async def client_with(
    settings: Settings, *routers: APIRouter, **changes: object
) -> AsyncIterator[AsyncClient]:
    """Yield a client of an app with changed settings; its requests are not rolled back."""
    app = create_app(settings.model_copy(update=changes))
    for router in (gadgets.router, *routers):
        app.include_router(router)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://test") as client,
    ):
        yield client


@asynccontextmanager
async def database_with(settings: Settings, **changes: object) -> AsyncIterator[Database]:
    """Yield the test database with changed settings."""
    database = Database(settings.model_copy(update=changes))
    yield database
    await database.close()
