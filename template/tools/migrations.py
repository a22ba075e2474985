"""`poe migrate` and `poe makemigration`."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from alembic import command
from alembic.config import Config
from alembic.script import Script

from tools.postgres import ROOT, development_database, scratch_database
from tools.renames import Rename, apply_renames
from tools.safe_migration import SafeMigration

PYPROJECT: Final = ROOT / "pyproject.toml"
NO_DEFAULTS: Final[Mapping[tuple[str, str], str]] = MappingProxyType({})


class Migration(NamedTuple):
    """A migration that was written, and what its owner has to look at."""

    path: Path
    warnings: list[str]


def alembic_config(database_url: str) -> Config:
    """Return Alembic's configuration for a database."""
    config = Config(toml_file=PYPROJECT, cmd_opts=Namespace(quiet=True))
    config.attributes["database_url"] = database_url
    return config


def migrate(revision: str = "head") -> None:
    """Upgrade the development database to a revision."""
    with development_database() as url:
        command.upgrade(alembic_config(url), revision)


def make_migration(message: str, *, empty: bool = False) -> None:
    """Write the migration that turns what all migrations build into what the tables say.

    An empty one is for you to fill, as for moving data.
    """
    if empty:
        written = command.revision(alembic_config(""), one_line(message))
        migration = migration_of(written, [])
    else:
        migration = write_migration(message)
    if migration is None:
        sys.exit("The tables are as the migrations build them: there is nothing to write.")
    lines = [f"Written: {migration.path.relative_to(ROOT)}"]
    lines += [f"Look at: {warning}" for warning in migration.warnings]
    sys.stdout.write("\n".join(lines) + "\n")


def write_migration(
    message: str,
    *,
    renames: Sequence[Rename] = (),
    defaults: Mapping[tuple[str, str], str] = NO_DEFAULTS,
) -> Migration | None:
    """Write the migration to the tables in the code, or return None where nothing differs.

    Args:
        message: What changes, in a few words; the name of the file follows from it.
        renames: Columns that keep their values under a new name.
        defaults: By table and column, the SQL literal that rows which exist get in a new
            required column.
    """
    with scratch_database() as url:
        config = alembic_config(url)
        command.upgrade(config, "head")
        return write_revision(config, message, renames, defaults)


def write_revision(
    config: Config,
    message: str,
    renames: Sequence[Rename] = (),
    defaults: Mapping[tuple[str, str], str] = NO_DEFAULTS,
) -> Migration | None:
    """Do the same by a database that all migrations have run on; the renames happen to it."""
    steps = asyncio.run(apply_renames(config.attributes["database_url"], renames))
    safe = SafeMigration(steps, defaults)
    written = command.revision(
        config, one_line(message), autogenerate=True, process_revision_directives=safe
    )
    return migration_of(written, safe.warnings)


def migration_of(
    written: Script | list[Script | None] | None, warnings: list[str]
) -> Migration | None:
    """Return what Alembic has written, if it has."""
    return Migration(Path(written.path), warnings) if isinstance(written, Script) else None


def one_line(message: str) -> str:
    """Return a message that can stand in a docstring."""
    return " ".join(message.split()).replace("\\", "\\\\").replace('"', "'")
