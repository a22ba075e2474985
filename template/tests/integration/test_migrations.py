"""The migrations build the tables that the code describes, and can be taken back."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from tools.migrations import alembic_config
from tools.postgres import scratch_database

MISSING = """\
The tables in app/db/models are not what the migrations build. Write the migration that is missing:
  uv run poe makemigration "what changes"
"""


@pytest.fixture
def scratch() -> Iterator[str]:
    """The URL of an empty database."""
    with scratch_database() as url:
        yield url


def test_there_is_one_head(database_url: str) -> None:
    assert len(ScriptDirectory.from_config(alembic_config(database_url)).get_heads()) == 1


def test_every_migration_goes_forward_back_and_forward_again(scratch: str) -> None:
    config = alembic_config(scratch)
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    command.upgrade(config, "head")


def test_the_migrations_build_what_the_tables_say(scratch: str) -> None:
    command.upgrade(alembic_config(scratch), "head")
    # In a process of its own: this one knows the table of the tests, too.
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "check"],
        env=os.environ | {"DATABASE_URL": scratch},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, MISSING + done.stdout + done.stderr
