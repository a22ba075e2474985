"""`poe migrate` and `poe makemigration`."""

import sys
from collections.abc import Callable, Iterator
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
from app.db.engine import CONNECT_ERRORS
from tools.migrations.safe import Defaults, SafeMigration, Steps
from tools.postgres import ROOT, development_database, scratch_database

PYPROJECT: Final = ROOT / "pyproject.toml"
MANY_HEADS: Final = " Two follow one: let the second follow the first, by its `down_revision`."


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
    """End the program with a sentence if the database or the migrations cannot be used.

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
    """Write a migration to the tables in the code, or an empty one to fill, as for moving data."""
    with ending_with_a_sentence():
        migration = revise(alembic_config(""), message) if empty else write_migration(message)
    if migration is None:
        sys.exit("The tables are as the migrations build them: there is nothing to write.")
    warnings = "".join(f"Look at: {warning}\n" for warning in migration.warnings)
    sys.stdout.write(f"Written: {migration.path.relative_to(ROOT)}\n{warnings}")


def write_migration(
    message: str,
    *,
    prepare: Callable[[str], Steps] = lambda _url: Steps([], []),
    defaults: Defaults = MappingProxyType({}),
) -> Migration | None:
    """Write the migration to the tables in the code, or return None if nothing differs.

    `prepare` returns the steps for what Alembic cannot find, such as names, after it has run them in
    the database at an URL; `defaults` are SQL literals for rows without a value.
    """
    with scratch_database() as url:
        config = alembic_config(url)
        command.upgrade(config, "head")
        return revise(config, message, SafeMigration(prepare(url), defaults))


def revise(config: Config, message: str, safe: SafeMigration | None = None) -> Migration | None:
    """Let Alembic write a migration, an empty one if nothing makes it safe."""
    message = " ".join(message.split()).replace("\\", "\\\\").replace('"', "'")  # in a docstring
    with redirect_stdout(StringIO()):  # Alembic reports each step
        script = command.revision(
            config, message, autogenerate=safe is not None, process_revision_directives=safe
        )
    if not isinstance(script, Script):
        return None
    return Migration(Path(script.path), safe.warnings if safe else [])
