"""`poe migrate` and `poe makemigration`."""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from alembic import command
from alembic.config import Config
from alembic.script import Script
from alembic.script.revision import MultipleHeads
from alembic.util import CommandError

from app.core.config import SettingsError
from app.db.session import CONNECT_ERRORS
from tools.postgres import ROOT, development_database, scratch_database
from tools.renames import Rename, apply_renames
from tools.safe_migration import SafeMigration

PYPROJECT: Final = ROOT / "pyproject.toml"
MANY_HEADS: Final = (
    " Two of them follow the same one, as where two branches each brought one: let the second follow"
    " the first, by its `down_revision`."
)
NO_DEFAULTS: Final[Mapping[tuple[str, str], str]] = MappingProxyType({})


class Migration(NamedTuple):
    """A migration that was written, and what its owner has to look at."""

    path: Path
    warnings: list[str]


def alembic_config(database_url: str) -> Config:
    """Return Alembic's configuration for a database."""
    config = Config(toml_file=PYPROJECT, stdout=sys.stdout)  # as it is by now
    config.attributes["database_url"] = database_url
    return config


@contextmanager
def ending_with_a_sentence() -> Iterator[None]:
    """End the program with a sentence where the database or the migrations cannot be used.

    Raises:
        SystemExit: They cannot.
    """
    try:
        yield
    except SettingsError as error:
        sys.exit(str(error))
    except CONNECT_ERRORS as error:
        sys.exit(f"Cannot use the database: {error}")
    except CommandError as error:
        heads = MANY_HEADS if isinstance(error.__cause__, MultipleHeads) else ""
        sys.exit(f"Alembic cannot use the migrations: {str(error).rstrip('.')}.{heads}")


def migrate(revision: str = "head") -> None:
    """Upgrade the development database to a revision."""
    with ending_with_a_sentence(), development_database() as url:
        command.upgrade(alembic_config(url), revision)


def make_migration(message: str, *, empty: bool = False) -> None:
    """Write the migration that turns what all migrations build into what the tables say.

    An empty one is for you to fill, as for moving data.
    """
    with ending_with_a_sentence():
        migration = revise(alembic_config(""), message) if empty else write_migration(message)
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

    Raises:
        asyncpg.UndefinedColumnError: A column that is to be renamed is not there.
    """
    with scratch_database() as url:
        config = alembic_config(url)
        command.upgrade(config, "head")
        steps = asyncio.run(apply_renames(url, renames)) if renames else []
        return revise(config, message, SafeMigration(steps, defaults))


def revise(config: Config, message: str, safe: SafeMigration | None = None) -> Migration | None:
    """Let Alembic write a migration, an empty one where nothing makes it safe."""
    with redirect_stdout(StringIO()):  # Alembic tells of each step
        script = command.revision(
            config,
            one_line(message),
            autogenerate=safe is not None,
            process_revision_directives=safe,
        )
    if not isinstance(script, Script):
        return None
    return Migration(Path(script.path), safe.warnings if safe else [])


def one_line(message: str) -> str:
    """Return a message that can stand in a docstring."""
    return " ".join(message.split()).replace("\\", "\\\\").replace('"', "'")
