"""Alembic's environment: runs the migrations over asyncpg."""

import asyncio
from typing import Final

import asyncpg
from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.core.config import load_settings
from app.db.models import metadata
from migrations.check_constraints import PLUGINS

# Held until the end of the transaction.
ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtext('alembic'))")


def database_url() -> str:
    """Return the URL from the caller, or by default the one in the settings."""
    chosen: str | None = context.config.attributes.get("database_url")
    return chosen or load_settings().database_url.get_secret_value()


def run_in(connection: Connection) -> None:
    """Run the migrations in one transaction; concurrent processes wait for each other."""
    context.configure(connection=connection, target_metadata=metadata, autogenerate_plugins=PLUGINS)
    with context.begin_transaction():
        connection.execute(ONE_AT_A_TIME)
        context.run_migrations()


async def run_online() -> None:
    """Run the migrations on the database."""
    url = database_url()
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(url),
        poolclass=pool.NullPool,
    )
    async with engine.connect() as connection:
        await connection.run_sync(run_in)
    await engine.dispose()


def run_offline() -> None:
    """Print the SQL instead of running it."""
    context.configure(dialect_name="postgresql", target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    asyncio.run(run_online())
