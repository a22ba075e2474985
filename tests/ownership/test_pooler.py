"""Row security holds behind PgBouncer in transaction mode, where owners share connections."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.faults.pgbouncer import pgbouncer
from tests.faults.postgres import prepare
from tests.mutations.ownership import ANSWERS
from tests.support import Service

EMPTY: Final = """
from tools.migrations.commands import make_migration
make_migration("second wall", empty=True)
"""
ROW_SECURITY: Final = (
    "from migrations.row_security import disable_row_security, enable_row_security"
)
STEPS: Final = {
    "from collections.abc import Sequence\n": f"from collections.abc import Sequence\n{ROW_SECURITY}\n",
    '"""Upgrade the schema."""': 'enable_row_security("folders")',
    '"""Downgrade the schema."""': 'disable_row_security("folders")',
}
GRANT: Final = """
    CREATE ROLE service LOGIN;
    GRANT ALL ON ALL TABLES IN SCHEMA public TO service;
    GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO service;
"""
OWNERS: Final = 30
LOAD: Final = f"""
import asyncio
from sqlalchemy import text
from app.core.caller import Caller
from app.core.config import load_settings
from app.db.ownership import EVERYONE, owned_by
from app.db.session import Database
from app.models.folder import FolderCreate
from app.services.folder_service import FolderService

ALL = text("SELECT owner FROM folders").execution_options(**EVERYONE)

async def use(database, owner):
    caller = Caller(owner, frozenset(), {{}}, owner)
    for number in range(3):
        async with database.session() as db:
            await FolderService(db, caller).create(FolderCreate(title=str(number)))
        for read_only in (True, False):
            async with database.session(read_only=read_only) as db:
                assert (await owned_by(db, caller).scalars(ALL)).all() == [owner] * (number + 1)
            async with database.session(read_only=read_only) as db:
                assert (await db.scalars(ALL)).all() == []

async def main():
    database = Database(load_settings())
    await asyncio.gather(*(use(database, f"owner {{n}}") for n in range({OWNERS})))
    await database.close()
    print("each found its own rows")

asyncio.run(main())
"""
SETTINGS: Final = {
    "DATABASE_POOL_MODE": "transaction",
    "DATABASE_TIMEOUT": "60",  # this machine may be busy with other tests
    "AUTH_ROW_SECURITY": "true",
}


@pytest.mark.slow
def test_a_statement_without_a_filter_finds_nothing_of_others(
    make_service: Callable[..., Service],
) -> None:
    service = make_service(**ANSWERS)
    service.run("python", "-c", EMPTY)
    written = next(service.path.glob("migrations/versions/*_second_wall.py"))
    text = written.read_text()
    for old, new in STEPS.items():
        assert text.count(old) == 1, text
        text = text.replace(old, new)
    written.write_text(text)
    with tempfile.TemporaryDirectory(prefix="owners-") as place:
        database = prepare(service, Path(place) / "data")
        database.start()
        database.query(GRANT)
        with pgbouncer(database, user="service") as pooler:
            url = {"DATABASE_URL": pooler.url}
            assert "own rows" in service.run("python", "-c", LOAD, **url, **SETTINGS)
        assert database.query("SELECT count(*) FROM folders") == str(3 * OWNERS)
        url = {"DATABASE_URL": database.url}
        service.run("alembic", "check", **url)
        service.run("alembic", "downgrade", "base", **url)
        database.stop("immediate")
