"""`poe resource` keeps what the owner of a service wrote, and says where it needs a person."""

from pathlib import Path
from typing import Final

import pytest

from tests.repositories import commit, git
from tests.running import done, scaffold
from tests.support import Service
from tests.updates.text import append, replace

SERVICE: Final = "app/services/product_service.py"
ROUTES: Final = "app/api/v1/endpoints/products.py"
MODELS: Final = "app/models/product.py"
TABLE: Final = "app/db/models/product.py"
TESTS: Final = "tests/unit/services/test_product_service.py"
METHOD: Final = '''
    async def count(self) -> int:
        """Return how many there are."""
        return 5
'''
ROUTE: Final = '''

@router.get("/best", response_model=ProductRead, responses=READ_RESPONSES)
async def best_product(db: Db, reply: Conditional) -> Product:
    """Return the best one."""
    return reply.send(await ProductService(db).get(1))
'''
TEST: Final = """

async def test_products_are_counted(service: ProductService) -> None:
    assert await service.count() == 5
"""
NOBODY: Final = "postgresql://127.0.0.1:1/nobody"  # nobody listens there

pytestmark = pytest.mark.slow


def edited(service: Service) -> None:
    """Change what was generated for product as its owner may, and commit."""
    append(service.path / SERVICE, METHOD)
    append(service.path / ROUTES, ROUTE)
    append(service.path / TESTS, TEST)
    replace(
        service.path / SERVICE, "Business rules and queries of products", "How products are sold"
    )
    commit(service.path)


def status(service: Service) -> str:
    """Return what differs from the last commit."""
    return git(service.path, "status", "--short", "--untracked-files=all")


def untracked_migrations(service: Service) -> list[Path]:
    """Return the migrations that are not committed."""
    listed = git(service.path, "ls-files", "--others", "--exclude-standard", "migrations")
    return [service.path / path for path in listed.split()]


def theirs(file: Path) -> None:
    """Resolve the conflicts in a file as the template has it."""
    lines, kept = file.read_text().splitlines(keepends=True), True
    result = []
    for line in lines:
        if line.startswith(("<<<<<<< ", "=======\n", ">>>>>>> ")):
            kept = not line.startswith("<<<<<<< ")
        elif kept:
            result.append(line)
    file.write_text("".join(result))


def test_every_edit_is_kept(owned: Service) -> None:
    edited(owned)
    done(owned, "resource", "change", "product", "sku:str:max_length=32,optional")
    commit(owned.path)
    done(owned, "resource", "add", "bill", "total:float")

    assert METHOD in (owned.path / SERVICE).read_text()
    assert ROUTE in (owned.path / ROUTES).read_text()
    assert TEST in (owned.path / TESTS).read_text()
    assert "How products are sold" in (owned.path / SERVICE).read_text()
    assert "sku: " in (owned.path / MODELS).read_text()
    owned.run("ruff", "check", ".")
    owned.run("ruff", "format", "--check", ".")
    owned.run("mypy")
    owned.run("pytest", "-q", "-k", "product or migration")


def test_a_service_that_was_moved_receives_the_fields(owned: Service) -> None:
    git(owned.path, "mv", MODELS, "app/models/goods.py")
    commit(owned.path)
    code, _ = scaffold(owned, "resource", "change", "product", "sku:str:optional")
    assert code == 1  # nothing imports it there: the migration is not written
    assert "sku: " in (owned.path / "app/models/goods.py").read_text()
    assert not (owned.path / MODELS).exists()


@pytest.fixture
def conflict(owned: Service) -> tuple[Service, tuple[str, ...]]:
    """A service, and the change of a resource that conflicts with what its owner wrote."""
    replace(owned.path / MODELS, "NAME_MAX_LENGTH: Final = 100", "NAME_MAX_LENGTH: Final = 150")
    commit(owned.path)
    change = ("resource", "change", "product", "name:str:max_length=200", "--rename", "price=cost")
    return owned, change


def test_a_conflict_is_resolved_and_its_migration_written(
    conflict: tuple[Service, tuple[str, ...]],
) -> None:
    service, change = conflict
    code, output = scaffold(service, *change, "--dry-run")
    assert code == 1
    assert f"It would need a person at:\n  {MODELS}:" in output
    assert status(service) == ""

    code, output = scaffold(service, *change)
    assert code == 1
    assert f"  {MODELS}:" in output
    assert "uv run poe resource continue\n" in output
    assert "uv run poe resource abort\n" in output
    assert not untracked_migrations(service)
    assert scaffold(service, "resource", "list").code == 0
    code, output = scaffold(service, *change)
    assert code == 1
    assert "is under way here" in output
    assert scaffold(service, "resource", "continue").code == 1

    theirs(service.path / MODELS)
    done(service, "resource", "continue")
    [migration] = untracked_migrations(service)
    assert 'op.alter_column("products", "price", new_column_name="cost")' in migration.read_text()
    service.run("ruff", "check", ".")
    service.run("mypy")
    service.run("pytest", "--quiet", "-k", "product or migration")


def test_a_conflict_is_undone_without_loss(conflict: tuple[Service, tuple[str, ...]]) -> None:
    service, change = conflict
    (service.path / ".env").write_text("LOG_FORMAT=json\n")
    (service.path / "uv.lock").write_text("version = 1\n")
    assert scaffold(service, *change).code == 1
    done(service, "resource", "abort")
    assert status(service) == "?? uv.lock\n"
    assert (service.path / ".env").exists()
    assert "NAME_MAX_LENGTH: Final = 150" in (service.path / MODELS).read_text()


def test_a_finished_change_is_undone_with_its_migration(owned: Service) -> None:
    output = done(owned, "resource", "add", "bill", "total:float")
    assert "To undo all of it: uv run poe resource abort" in output
    assert untracked_migrations(owned)
    done(owned, "resource", "abort")
    assert status(owned) == ""


def test_a_lock_file_that_uv_has_just_written_is_no_obstacle(owned: Service) -> None:
    (owned.path / "uv.lock").write_text("version = 1\n")
    output = done(owned, "resource", "add", "bill", "total:float")
    assert "uv.lock" not in output
    assert "?? uv.lock\n" in status(owned)


def test_a_database_that_is_not_reachable_is_an_error(owned: Service) -> None:
    nobody = dict.fromkeys(("DATABASE_URL", "TEST_DATABASE_URL"), NOBODY)
    code, output = scaffold(owned, "resource", "add", "bill", "no:int", **nobody)
    assert code == 1
    assert "Cannot use the database: " in output
    assert "Fix it, then finish:\n  uv run poe resource continue" in output
    for command in (["makemigration", "a"], ["migrate"]):
        code, output = owned.attempt("poe", *command, **nobody)
        assert code == 1
        assert "Cannot use the database: " in output
        assert "Traceback" not in output


def test_two_heads_of_migrations_are_an_error(owned: Service) -> None:
    versions = owned.path / "migrations" / "versions"
    first = (versions / "0001_initial.py").read_text()
    for name in ("0002_a", "0003_b"):
        text = first.replace('str = "0001"', f'str = "{name[:4]}"')
        text = text.replace("] | None = None", '] | None = "0001"', 1)
        (versions / f"{name}.py").write_text(text)
    for command in (["makemigration", "a"], ["migrate"]):
        code, output = owned.attempt("poe", *command)
        assert code == 1
        assert "`down_revision`" in output
        assert "Traceback" not in output


def test_a_migration_that_fails_is_written_once_the_cause_is_fixed(owned: Service) -> None:
    append(owned.path / TABLE, "\nraise RuntimeError(5)\n")
    commit(owned.path)
    code, output = scaffold(owned, "resource", "add", "bill", "total:float")
    assert code == 1
    assert "RuntimeError: 5" in output
    assert "Traceback" not in output
    replace(owned.path / TABLE, "\nraise RuntimeError(5)\n", "")
    done(owned, "resource", "continue")
    assert '"bills",' in untracked_migrations(owned)[0].read_text()
