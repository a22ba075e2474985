"""Owners can be given to rows that exist, and taken from them, by migrations."""

import shutil
from pathlib import Path
from typing import Any, Final

import pytest
from copier import run_copy

from tests.answer_sets import Spec
from tests.mutations.ownership import ANSWERS
from tests.support import Service

OWNED: Final[list[Spec]] = ANSWERS["resources"]
SHARED: Final[list[Spec]] = [resource | {"owned": False} for resource in OWNED]
WHOSE: Final = "It is the owner claim of whom the row belongs to, the same as in rows that it"
PLACE: Final = 'op.add_column("{}", sa.Column("owner", sa.String(length=255), nullable=True))'
MAKE: Final = "from tools.migrations.commands import make_migration; make_migration('{}')"
CHECK: Final = """
import asyncio, sys
from alembic import command
from tools.migrations.commands import alembic_config
from tools.postgres import execute, scratch_database

ROWS = '''
INSERT INTO folders (title, version) VALUES ('one', 1), ('two', 1);
INSERT INTO notes (folder_id, other_id, label, version) VALUES (1, 2, 'x', 1), (2, NULL, 'y', 1)
'''
with scratch_database() as url:
    config = alembic_config(url)
    command.upgrade(config, "0001")
    asyncio.run(execute(url, ROWS))
    command.upgrade(config, "head")
    command.check(config)
    if "back" in sys.argv:
        command.downgrade(config, "0001")
        command.upgrade(config, "head")
    asyncio.run(execute(url, "UPDATE notes SET label = 'z' WHERE folder_id = 1"))
"""


def become(service: Service, template: Path, resources: list[Spec], scratch: Path) -> None:
    """Give a service the code for other answers; it keeps its migrations."""
    answers: dict[str, Any] = ANSWERS | {"resources": resources}
    run_copy(str(template), scratch, data=answers, defaults=True, quiet=True)
    shutil.rmtree(scratch / "migrations" / "versions")
    shutil.rmtree(service.path / "tests")  # those of owned resources only exist for them
    shutil.copytree(scratch, service.path, dirs_exist_ok=True)


@pytest.mark.slow
def test_owners_are_switched_on_and_off(
    template_files: Path, environment: Path, tmp_path: Path
) -> None:
    service = Service(tmp_path / "service", environment)
    answers: dict[str, Any] = ANSWERS | {"resources": SHARED}
    run_copy(str(template_files), service.path, data=answers, defaults=True, quiet=True)

    become(service, template_files, OWNED, tmp_path / "owned")
    printed = service.run("python", "-c", MAKE.format("own"))
    for table in ("folders", "notes"):
        assert f"Look at: {table}.owner becomes required" in printed
    assert printed.count(WHOSE) == 2
    written = next(service.path.glob("migrations/versions/*_own.py"))
    assert "Error" in service.attempt("python", "-c", CHECK)[1]  # no row has an owner yet
    text = written.read_text()
    for table in ("folders", "notes"):
        step = PLACE.format(table)
        assert text.count(step) == 1
        text = text.replace(step, f"{step}\n    op.execute(\"UPDATE {table} SET owner = 'alice'\")")
    written.write_text(text)
    service.run("python", "-c", CHECK, "back")
    assert "none is wanted" in service.run("python", "-m", "tools.pending_migration")

    become(service, template_files, SHARED, tmp_path / "shared")
    printed = service.run("python", "-c", MAKE.format("share"))
    assert "Look at: notes.owner is dropped: its data is deleted." in printed
    service.run("python", "-c", CHECK)
    assert "none is wanted" in service.run("python", "-m", "tools.pending_migration")
