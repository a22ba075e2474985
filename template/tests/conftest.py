"""A real database, an app on it, and a client; each test runs in a transaction of its own."""

import gc
import os
from collections.abc import AsyncIterator, Iterator

import pytest
from alembic import command
from fastapi import FastAPI, Request
from httpx2 import ASGITransport, AsyncClient
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
)
from sqlalchemy.orm import Session

from app.api.database import SAFE_METHODS, get_db
from app.core.config import Settings
from app.db.session import ReadingSession, create_engine
from app.main import create_app
from tests import gadgets
from tests.documented import Refusal, refuse_undocumented
from tools.migrations import alembic_config
from tools.postgres import scratch_database

BASE_URL = "http://test"
PATIENCE_SECONDS = 600.0  # a breakpoint in a test must not run into the deadline of a request

gc.freeze()  # what is imported stays: no collection has to look through it


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run everything in one event loop, so that the engine can live as long as the session."""
    return "asyncio"


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """Build a database with the migrations; it is dropped at the end."""
    with scratch_database() as url:
        command.upgrade(alembic_config(url), "head")
        # The environment goes before `.env`, so no test can reach the database named there.
        os.environ["DATABASE_URL"] = url
        yield url


@pytest.fixture(scope="session")
def settings(database_url: str) -> Settings:
    return Settings(
        _env_file=None,
        database_url=SecretStr(database_url),
        database_timeout=PATIENCE_SECONDS,
    )


@pytest.fixture(scope="session")
async def engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(settings)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The service, and beside its resources the gadgets of the tests."""
    app = create_app(settings)
    app.include_router(gadgets.router)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that is rolled back at the end of the test."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


@pytest.fixture(scope="session")
async def gadget_table(engine: AsyncEngine) -> None:
    """The table of the tests' own, which goes with the database."""
    async with engine.begin() as connection:
        await gadgets.create_table(connection)


@pytest.fixture
def new_session(connection: AsyncConnection) -> async_sessionmaker[AsyncSession]:
    """Sessions whose commits are savepoints in the test's transaction."""
    return async_sessionmaker(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    )


@pytest.fixture
async def db(new_session: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    async with new_session() as session:
        yield session


@pytest.fixture(scope="session")
def refuse(app: FastAPI) -> Refusal:
    """What fails where an answer has a status that OpenAPI does not document."""
    return refuse_undocumented(app.openapi())


@pytest.fixture
async def client(
    app: FastAPI, new_session: async_sessionmaker[AsyncSession], refuse: Refusal
) -> AsyncIterator[AsyncClient]:
    """A client of the app; each request has a session of its own in the test's transaction.

    It fails where an answer has a status that OpenAPI does not document.
    """

    async def get_test_db(request: Request) -> AsyncIterator[AsyncSession]:
        kind = ReadingSession if request.method in SAFE_METHODS else Session
        async with new_session(sync_session_class=kind) as session:
            yield session

    app.dependency_overrides[get_db] = get_test_db
    hooks = {"response": [refuse]}
    transport = ASGITransport(app)
    async with AsyncClient(transport=transport, base_url=BASE_URL, event_hooks=hooks) as client:
        yield client
    del app.dependency_overrides[get_db]
