"""`poe resource` keeps what the owner of a service wrote, and says where it needs a person."""

import re
import signal
from typing import Final

import pytest

from tests.interruption import stopped_in_git
from tests.repositories import commit, git
from tests.support import Service
from tests.updates.command import BACK_OUT

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
DOCSTRING: Final = '"""Sell products, whoever asks."""'
ADD: Final = (
    *("python", "-c", "from tools.resource import main; main()"),
    *("add", "bill", "no:int"),
)
NOBODY: Final = "postgresql://127.0.0.1:1/nobody"  # nobody listens there

pytestmark = pytest.mark.slow


def edit(service: Service, file: str, old: str, new: str) -> None:
    """Replace text in a file of a service."""
    path = service.path / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def append(service: Service, file: str, text: str) -> None:
    """Write text at the end of a file of a service."""
    path = service.path / file
    path.write_text(path.read_text() + text)


def text_of(service: Service, file: str) -> str:
    """Return the text of a file of a service."""
    return (service.path / file).read_text()


def edited(service: Service) -> None:
    """Change what was generated for product as its owner may, and commit."""
    append(service, SERVICE, METHOD)
    append(service, ROUTES, ROUTE)
    append(service, TESTS, TEST)
    edit(service, SERVICE, '"""What can be done with products, whoever asks."""', DOCSTRING)
    edit(service, SERVICE, "data", "values")
    edit(service, MODELS, '"""A product as a client receives it."""', '"""What is sold."""')
    commit(service.path)


def marked(service: Service, file: str) -> list[int]:
    """Return the lines of a file where conflicts begin."""
    lines = text_of(service, file).splitlines()
    return [number for number, line in enumerate(lines, 1) if line.startswith("<<<<<<<")]


def test_every_edit_is_kept(owned: Service) -> None:
    edited(owned)
    owned.run("poe", "resource", "change", "product", "sku:str:max_length=32,optional")
    commit(owned.path)
    owned.run("poe", "resource", "add", "bill", "total:float")

    assert METHOD in text_of(owned, SERVICE)
    assert DOCSTRING in text_of(owned, SERVICE)
    assert text_of(owned, SERVICE).count("values") == 4
    assert ROUTE in text_of(owned, ROUTES)
    assert TEST in text_of(owned, TESTS)
    assert '"""What is sold."""' in text_of(owned, MODELS)
    assert "sku: " in text_of(owned, MODELS)
    owned.run("ruff", "check", ".")
    owned.run("mypy")
    owned.run("pytest", "-q", "-k", "product or migration")


def test_modules_that_the_formatter_never_saw_stay_as_they_are(owned: Service) -> None:
    append(owned, SERVICE, "\nTAX  =  { 'a':1 }\n")
    append(owned, MODELS, "\nTAX  =  { 'a':1 }\n")
    commit(owned.path)
    owned.run("poe", "resource", "change", "product", "sku:str:optional")
    assert text_of(owned, MODELS).endswith("\nTAX  =  { 'a':1 }\n")


def test_a_conflict_fails_and_tells_the_places_and_the_ways_out(owned: Service) -> None:
    edit(owned, MODELS, "NAME_MAX_LENGTH: Final = 100", "NAME_MAX_LENGTH: Final = 150")
    edit(owned, TABLE, "String(NAME_MAX_LENGTH)", "String(NAME_MAX_LENGTH), comment='Own.'")
    commit(owned.path)
    arguments = ("change", "product", "name:str:max_length=200,unique")
    code, output = owned.attempt("poe", "resource", *arguments, "--dry-run")
    assert code == 1
    assert f"{MODELS}:" in output
    assert git(owned.path, "status", "--short") == ""

    code, output = owned.attempt("poe", "resource", *arguments)

    assert code == 1
    for file in (MODELS, TABLE):
        assert marked(owned, file)
        assert all(f"  {file}:{line}\n" in output for line in marked(owned, file))
    assert "No migration has been written" in output
    assert 'uv run poe makemigration "change product: change name"' in output
    assert "git add -A" in output
    assert BACK_OUT in output
    assert not git(owned.path, "ls-files", "--others", "--exclude-standard", "migrations")
    code, output = owned.attempt("poe", "resource", "list")
    assert code == 0
    code, output = owned.attempt("poe", "resource", *arguments)
    assert code == 1
    assert "A merge is not finished" in output


def test_a_conflict_can_be_mended(owned: Service) -> None:
    edit(owned, MODELS, "NAME_MAX_LENGTH: Final = 100", "NAME_MAX_LENGTH: Final = 150")
    commit(owned.path)
    arguments = ("change", "product", "name:str:max_length=200", "--rename", "price=cost")
    code, output = owned.attempt("poe", "resource", *arguments)
    assert code == 1
    assert 'op.alter_column("products", "price", new_column_name="cost")' in output
    text = text_of(owned, MODELS)
    theirs = re.compile(r"<<<<<<< .*?=======\n(.*?)>>>>>>> [^\n]*\n", re.DOTALL)
    (owned.path / MODELS).write_text(theirs.sub(r"\1", text))
    git(owned.path, "add", "--all")
    owned.run("poe", "makemigration", "change product")
    owned.run("ruff", "check", ".")
    owned.run("mypy")
    owned.run("pytest", "--quiet", "-k", "product or migration")


def test_a_conflict_can_be_taken_back_without_loss(owned: Service) -> None:
    (owned.path / ".env").write_text("LOG_FORMAT=json\n")
    (owned.path / "app" / "services" / "bill_service.py").write_text('"""My bills."""\n')
    commit(owned.path)
    (owned.path / "uv.lock").write_text("version = 1\n")
    code, output = owned.attempt("poe", "resource", "add", "bill", "total:float")
    assert code == 1
    assert "app/services/bill_service.py:1" in output
    owned.run("sh", "-c", BACK_OUT)
    assert git(owned.path, "status", "--short") == "?? uv.lock\n"
    assert (owned.path / ".env").exists()
    assert text_of(owned, "app/services/bill_service.py") == '"""My bills."""\n'


def test_a_lock_file_that_uv_has_just_written_is_no_obstacle(owned: Service) -> None:
    (owned.path / "uv.lock").write_text("version = 1\n")
    output = owned.run("poe", "resource", "add", "bill", "total:float")
    assert "uv.lock" not in output.split("Next:")[0]
    assert git(owned.path, "status", "--short", "uv.lock") == "?? uv.lock\n"


def test_it_can_be_stopped_at_any_time(owned: Service) -> None:
    for call in (10, 30, 56, 87):
        code, output = stopped_in_git(owned, ADD, signal.SIGINT, call)
        assert code == 1
        assert output == f"Interrupted. If `git status` shows changes, take them back: {BACK_OUT}\n"
        owned.run("sh", "-c", BACK_OUT)
        assert git(owned.path, "status", "--short") == ""
    assert "add bill" in owned.run("poe", "resource", "add", "bill", "no:int")


def test_a_database_that_is_not_there_is_told(owned: Service) -> None:
    nobody = dict.fromkeys(("DATABASE_URL", "TEST_DATABASE_URL"), NOBODY)
    for command in (["resource", "add", "bill", "no:int"], ["makemigration", "a"], ["migrate"]):
        code, output = owned.attempt("poe", *command, **nobody)
        assert code == 1
        assert "Cannot use the database: " in output
        assert "Traceback" not in output


def test_migrations_that_part_are_told(owned: Service) -> None:
    versions = owned.path / "migrations" / "versions"
    first = (versions / "0001_initial.py").read_text()
    for name in ("0002_a", "0003_b"):
        text = first.replace('str = "0001"', f'str = "{name[:4]}"')
        text = text.replace("] | None = None", '] | None = "0001"', 1)
        (versions / f"{name}.py").write_text(text)
    for command in (["makemigration", "a"], ["migrate"]):
        code, output = owned.attempt("poe", *command)
        assert code == 1
        assert "let the second follow the first, by its `down_revision`." in output
        assert "Traceback" not in output


def test_a_migration_that_cannot_be_written_is_told(owned: Service) -> None:
    append(owned, TABLE, "\nraise RuntimeError(5)\n")
    commit(owned.path)
    code, output = owned.attempt("poe", "resource", "add", "bill", "total:float")
    assert code == 1
    assert "The migration could not be written" in output
    assert "RuntimeError: 5" in output
    assert 'uv run poe makemigration "add bill"' in output
    assert BACK_OUT in output
