"""What owners do around the code: tests, files, the project, its jobs and its texts."""

from pathlib import Path
from random import Random
from typing import Final

from tests.updates.text import append, cut, insert_before, number, replace, write

PROJECT: Final = "pyproject.toml"
ENDPOINT_TESTS: Final = "tests/integration/api/test_product_endpoints.py"
SERVICE_TESTS: Final = "tests/unit/services/test_product_service.py"
TEST: Final = """

async def test_own_{n}(client: AsyncClient) -> None:
    answer = await client.get("/livez")
    assert answer.status_code == 200
"""
MODULE: Final = '''"""Prices in words."""


def words_{n}(price: float) -> str:
    """Return a price as people say it."""
    return f"about {{price:.0f}}"
'''
ENDPOINTS: Final = '''"""Routes of our own."""

from fastapi import APIRouter

from app.api.openapi import LIST_RESPONSES

router = APIRouter(prefix="/own-{n}", tags=["own"])


@router.get("/", responses=LIST_RESPONSES)
async def get_own_{n}() -> int:
    """Return a number."""
    return {n}
'''
MIGRATION: Final = '''"""Fill what is empty.

Revision ID: own{n}
Revises: {head}
"""

from alembic import op

revision = "own{n}"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("SELECT {n}")


def downgrade() -> None:
    op.execute("SELECT -{n}")
'''
JOB: Final = """
  own-{n}:
    runs-on: ubuntu-latest
    steps:
      - run: echo {n}
"""


def add_test_at_the_end(place: Path, random: Random) -> None:
    append(place / random.choice([ENDPOINT_TESTS, SERVICE_TESTS]), TEST.format(n=number(random)))


def delete_a_test(place: Path, random: Random) -> None:
    file = place / random.choice([ENDPOINT_TESTS, SERVICE_TESTS])
    tests = [line for line in file.read_text().splitlines() if line.startswith("async def test_")]
    cut(file, random.choice(tests), "\n\n\nasync def ")


def delete_a_file(place: Path, random: Random) -> None:
    victims = [SERVICE_TESTS, "tests/unit/core/test_etag.py", ".editorconfig", ".env.example"]
    (place / random.choice(victims)).unlink(missing_ok=True)


def add_dependency(place: Path, random: Random) -> None:
    line = f'    "own-package-{number(random)}>=1",\n'
    replace(place / PROJECT, "]\n\n[dependency-groups]", f"{line}]\n\n[dependency-groups]")


def add_dependency_in_order(place: Path, random: Random) -> None:
    insert_before(place / PROJECT, '    "pydantic>=', f'    "own-{number(random)}>=2",\n')


def change_the_version(place: Path, random: Random) -> None:
    replace(place / PROJECT, 'version = "0.1.0"', f'version = "1.{number(random)}.0"')


def add_task(place: Path, random: Random) -> None:
    append(place / PROJECT, f'\n[tool.poe.tasks.own-{number(random)}]\ncmd = "true"\n')


def add_module(place: Path, random: Random) -> None:
    n = number(random)
    write(place / "app" / "core" / f"own_{n}.py", MODULE.format(n=n))


def add_endpoints(place: Path, random: Random) -> None:
    n = number(random)
    write(place / "app" / "api" / "v1" / "endpoints" / f"own_{n}.py", ENDPOINTS.format(n=n))


def add_migration(place: Path, random: Random) -> None:
    n, versions = number(random), place / "migrations" / "versions"
    write(versions / f"own_{n}.py", MIGRATION.format(n=n, head="0001"))


def edit_the_first_migration(place: Path, random: Random) -> None:
    file = place / "migrations" / "versions" / "0001_initial.py"
    append(file, f"\n# Squashed by number {number(random)}.\n")


def add_job(place: Path, random: Random) -> None:
    append(place / ".github" / "workflows" / "ci.yml", JOB.format(n=number(random)))


def pin_a_runner(place: Path, _random: Random) -> None:
    file = place / ".github" / "workflows" / "ci.yml"
    text = file.read_text()
    file.write_text(text.replace("timeout-minutes: 15", "timeout-minutes: 20"))


def add_workflow(place: Path, random: Random) -> None:
    n = number(random)
    write(
        place / ".github" / "workflows" / f"own-{n}.yml", f"name: own {n}\non: push\njobs: {{}}\n"
    )


def add_section_to_the_readme(place: Path, random: Random) -> None:
    append(place / "README.md", f"\n## Own\n\nCall number {number(random)} at night.\n")


def rewrite_the_introduction(place: Path, random: Random) -> None:
    replace(place / "README.md", "A microservice.", f"Service number {number(random)} of ours.")


def ignore_more(place: Path, random: Random) -> None:
    append(place / ".gitignore", f"/own-{number(random)}/\n")


def add_environment_variable(place: Path, random: Random) -> None:
    if (place / ".env.example").exists():
        append(place / ".env.example", f"\n# Ours.\n# OWN_{number(random)}=1\n")
