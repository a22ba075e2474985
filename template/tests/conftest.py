"""A real database, an app and a client; each test runs in its own transaction."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

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

from app.api.database import SAFE_METHODS, get_db
from app.core.config import Settings
from app.db.engine import create_engine
from app.db.session import Database
from app.db.sync_session import ReadingSession, ServiceSession, close
from app.main import create_app
from tests import gadgets
from tests.documented import ResponseCheck, check_documented
from tools.migrations.commands import alembic_config
from tools.postgres import scratch_database

BASE_URL = "http://test"
PATIENCE_SECONDS = 600.0  # a breakpoint in a test must not run into the deadline of a request

gc.freeze()  # imported modules stay: no collection has to scan them


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run everything in one event loop, as the engine lives for the whole session."""
    return "asyncio"


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """Create a database with the migrations; it is dropped at the end."""
    with scratch_database() as url:
        command.upgrade(alembic_config(url), "head")
        # The environment overrides `.env`, so that no test can reach the database named there.
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
    """The app, with the gadgets of the tests beside its resources."""
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
    """The table of the gadgets, which is dropped with the database."""
    async with engine.begin() as connection:
        await gadgets.create_table(connection)


@pytest.fixture
def new_session(connection: AsyncConnection) -> async_sessionmaker[AsyncSession]:
    """Sessions whose commits are savepoints in the test's transaction."""
    return async_sessionmaker(
        connection,
        sync_session_class=ServiceSession,
        join_transaction_mode="create_savepoint",
        expire_on_commit=False,
    )


@pytest.fixture
async def db(new_session: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    async with new_session() as session:
        yield session


class DatabaseInTransaction(Database):
    """A database whose sessions are all in the test's transaction."""

    def __init__(self, settings: Settings, new_session: async_sessionmaker[AsyncSession]) -> None:
        super().__init__(settings)
        self.new_session = new_session

    @asynccontextmanager
    async def session(self, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
        kind = ReadingSession if read_only else ServiceSession
        session = self.new_session(sync_session_class=kind)
        try:
            yield session
        finally:
            await close(session)

    @asynccontextmanager
    async def slow_session(
        self,
        seconds: float,  # noqa: ARG002 - a breakpoint must not run into it
        *,
        read_only: bool = False,
    ) -> AsyncIterator[AsyncSession]:
        async with self.session(read_only=read_only) as session:
            yield session


@pytest.fixture
async def database(
    app: FastAPI, settings: Settings, new_session: async_sessionmaker[AsyncSession]
) -> AsyncIterator[Database]:
    """The database of the app, in the test's transaction: for streams, websockets and tasks, too."""
    database = DatabaseInTransaction(settings, new_session)
    own, app.state.database = app.state.database, database
    yield database
    app.state.database = own
    await database.close()


@pytest.fixture(scope="session")
def check(app: FastAPI) -> ResponseCheck:
    """A hook that fails if a response has a status that OpenAPI does not document."""
    return check_documented(app.openapi())


@pytest.fixture
async def client(
    app: FastAPI, database: Database, check: ResponseCheck
) -> AsyncIterator[AsyncClient]:
    """A client of the app; each request has its own session in the test's transaction.

    It fails if a response has a status that OpenAPI does not document.
    """

    async def get_test_db(request: Request) -> AsyncIterator[AsyncSession]:
        async with database.session(read_only=request.method in SAFE_METHODS) as session:
            yield session

    app.dependency_overrides[get_db] = get_test_db
    hooks = {"response": [check]}
    transport = ASGITransport(app)
    async with AsyncClient(transport=transport, base_url=BASE_URL, event_hooks=hooks) as client:
        yield client
    del app.dependency_overrides[get_db]
