"""Alembic's environment: runs the migrations over asyncpg."""

import asyncio
from typing import Final

import asyncpg
from alembic import context
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.core.config import load_settings
from app.db.models import metadata
from migrations import check_constraints, named_types

PLUGINS: Final = [
    "alembic.autogenerate.*",
    "alembic.ext.checkconstraint_byname",
    check_constraints.PLUGIN,
    named_types.PLUGIN,
]
# Held until the end of its transaction, which has no statements after it.
ONE_AT_A_TIME: Final = text(
    "SELECT pg_try_advisory_xact_lock(hashtext('alembic')),"
    " set_config('idle_in_transaction_session_timeout', '0', true)"
)
PAUSE: Final = 0.5  # seconds


def database_url() -> str:
    """Return the URL from the caller, or by default the one in the settings."""
    chosen: str | None = context.config.attributes.get("database_url")
    return chosen or load_settings().database_url.get_secret_value()


def run_in(connection: Connection) -> None:
    """Run each migration in a transaction of its own, as a later one may use its enum values."""
    compared = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(compared)  # plugins change what they compare
    context.configure(
        connection=connection,
        target_metadata=compared,
        autogenerate_plugins=PLUGINS,
        render_item=named_types.render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_online() -> None:
    """Run the migrations on the database; concurrent processes wait for each other."""
    url = database_url()
    engine = create_async_engine(
        "postgresql+asyncpg://",
        # No statement is kept, so this works behind a pooler, too.
        connect_args={
            "async_creator_fn": lambda: asyncpg.connect(url, statement_cache_size=0),
            "prepared_statement_cache_size": 0,
        },
        poolclass=pool.NullPool,
    )
    async with engine.connect() as lock, engine.connect() as connection:
        while not await lock.scalar(ONE_AT_A_TIME):
            await lock.rollback()  # behind a pooler, who waits must not hold a connection
            await asyncio.sleep(PAUSE)
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
