"""A bench for migrations."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.of_tools.migration_bench import EMPTY, Bench
from tools.migrations.commands import PYPROJECT
from tools.postgres import ROOT, execute, scratch_database


@pytest.fixture(scope="session")
def scratch_url() -> Iterator[str]:
    with scratch_database() as url:
        yield url


@pytest.fixture
def bench(scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    copied = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", copied, ignore=shutil.ignore_patterns("versions", "__*"))
    (copied / "versions").mkdir()
    shutil.copy(PYPROJECT, tmp_path)
    monkeypatch.setattr("tools.migrations.commands.ROOT", tmp_path)
    monkeypatch.setattr("tools.migrations.commands.PYPROJECT", tmp_path / PYPROJECT.name)
    monkeypatch.setattr(
        "tools.migrations.commands.scratch_database", lambda: nullcontext(scratch_url)
    )
    asyncio.run(execute(scratch_url, EMPTY))
    return Bench(
        scratch_url, copied, lambda tables: monkeypatch.setattr("app.db.models.metadata", tables)
    )
