"""Mistakes that show when a service is tested, or in its migrations, are named as well."""

import shutil
from pathlib import Path
from typing import Final

import pytest
from copier import run_copy

from tests.mistakes.legal import LEGAL
from tests.mistakes.planted import lines
from tests.mutations.mutation import Mutation, mutate
from tests.repositories import commit, git
from tests.shared_processes import Forks
from tests.support import Service

PYTEST: Final = ("-x", "-q", "-p", "no:cacheprovider")
DOCUMENT: Final = "tests/integration/api/test_openapi.py"
ENDPOINTS: Final = "tests/integration/api/test_product_endpoints.py"
MIGRATIONS: Final = "tests/integration/test_migrations.py"
ROUTES: Final = "app/api/v1/endpoints/products.py"
TABLE: Final = "app/db/models/product.py"
SCHEMA: Final = "app/models/product.py"
FIRST: Final = "migrations/versions/0001_initial.py"
COLUMN: Final = "    name: Mapped[str] = mapped_column(String(NAME_MAX_LENGTH))"
MISSING: Final = 'uv run poe makemigration "what changes"'
DETAIL: Final = "response_model=ProductRead, responses=READ_RESPONSES"

MISTAKES: Final = [
    (
        mutate("errors of a body", DOCUMENT, (ROUTES, "responses=CREATE_RESPONSES", "responses=LIST_RESPONSES")),
        "create_product does not document 400, 413, 415: add it to its `responses`",
    ),
    (
        mutate("no errors", DOCUMENT, (ROUTES, "response_model=ProductPage, responses=LIST_RESPONSES", "response_model=ProductPage")),
        "list_products does not document 422, 500: add it to its `responses`",
    ),
    (
        mutate("no sentence", DOCUMENT, (ROUTES, '    """Return one product."""\n', "")),
        "get_product has no description: write one sentence",
    ),
    (
        mutate("no shape", DOCUMENT, (ROUTES, DETAIL, "response_model=dict, responses=READ_RESPONSES")),
        "get_product has no schema for its response: add one",
    ),
    (
        mutate("undocumented error", ENDPOINTS, (ROUTES, DETAIL, "response_model=ProductRead, responses=LIST_RESPONSES")),
        "which it does not document: add it to the `responses` of get_product",
    ),
    (
        mutate(
            "undocumented success",
            ENDPOINTS,
            (ROUTES, "    return reply.send(await ProductService(db).create(product))", "    reply.response.status_code = 202\n    return reply.send(await ProductService(db).create(product))"),
        ),
        "answered 202 Accepted, which it does not document",
    ),
    (mutate("new column", MIGRATIONS, (TABLE, COLUMN, f"    size: Mapped[int | None]\n{COLUMN}")), MISSING),
    (mutate("other length", MIGRATIONS, (SCHEMA, "NAME_MAX_LENGTH: Final = 100", "NAME_MAX_LENGTH: Final = 50")), MISSING),
    (mutate("index", MIGRATIONS, (TABLE, COLUMN, COLUMN.replace("NAME_MAX_LENGTH)", "NAME_MAX_LENGTH), index=True"))), MISSING),
]  # fmt: skip
SECOND: Final = '''
    """Second."""

    import sqlalchemy as sa
    from alembic import op

    revision: str = "{revision}"
    down_revision: str | None = "{down}"


    def upgrade() -> None:
        """Upgrade the schema."""
        op.add_column("products", sa.Column("size", sa.Integer(), nullable=True))


    def downgrade() -> None:
        """Downgrade the schema."""
        op.drop_column("products", "size")
'''

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def original(
    template_files: Path, environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Service:
    """A service with legitimate code of its owner."""
    place = tmp_path_factory.mktemp("run") / "service"
    run_copy(str(template_files), place, defaults=True, quiet=True)
    for legal in LEGAL:
        legal.plant(place)
    return Service(place, environment)


def test_legitimate_endpoints_are_documented_well_enough(original: Service, forks: Forks) -> None:
    code, output = forks.attempt(original, "pytest", *PYTEST, DOCUMENT)
    assert code == pytest.ExitCode.OK, output


@pytest.mark.parametrize(
    ("mistake", "says"), MISTAKES, ids=lambda value: getattr(value, "name", "")
)
def test_a_mistake_is_seen_by_the_tests(
    original: Service, forks: Forks, mistake: Mutation, says: str
) -> None:
    with mistake.applied(original.path):
        code, output = forks.attempt(original, "pytest", *PYTEST, mistake.tests)
    assert code == pytest.ExitCode.TESTS_FAILED
    assert says in " ".join(output.split())


def test_what_no_test_reaches_is_named(original: Service) -> None:
    original.run(
        "coverage",
        "run",
        "-m",
        "pytest",
        *PYTEST,
        "tests/unit/services",
        "-k",
        "not delete and not lock",
    )
    original.run("coverage", "combine")
    code, output = original.attempt("poe", "tested")
    assert code == 1
    reported = {line.partition(": SVC501 ")[2] for line in output.splitlines()}
    place = "is reached by no test: write one in tests/"
    assert f"ProductService.delete {place}unit/services/test_product_service.py" in reported
    assert f"delete_product {place}integration/api, as in test_products_endpoints.py" in reported
    assert (
        f"PlantedReportService.restock {place}unit/services/test_planted_report_service.py"
        in reported
    )
    assert f"start_job {place}integration/api, as in test_planted_reports_endpoints.py" in reported
    assert "ProductService.create" not in output
    assert "ProductService.update" not in output


def revision(service: Service, name: str, down: str) -> Path:
    """Write a migration of the owner."""
    path = service.path / "migrations" / "versions" / f"{name}.py"
    path.write_text(lines(SECOND.format(revision=name, down=down), 0))
    return path


def test_migrations_that_follow_one_another_are_let_pass(owned: Service) -> None:
    revision(owned, "0002", "0001")
    revision(owned, "0003", "0002")
    owned.run("poe", "rules")


def test_two_heads_are_named(owned: Service) -> None:
    revision(owned, "0002", "0001")
    revision(owned, "0003", "0001")
    code, output = owned.attempt("poe", "rules")
    assert code == 1
    assert "migrations/versions/0003.py:1: SVC401 is one of 2 heads (0002, 0003)" in output
    assert "set its down_revision to the last revision of the others" in output


def test_a_migration_that_follows_nothing_is_named(owned: Service) -> None:
    revision(owned, "0002", "lost")
    _, output = owned.attempt("poe", "rules")
    assert (
        "migrations/versions/0002.py:1: SVC402 follows revision lost, which does not exist"
        in output
    )


@pytest.mark.parametrize("how", ["edited", "deleted", "renamed", "committed"])
def test_a_released_migration_that_changes_is_named(owned: Service, how: str) -> None:
    git(owned.path, "branch", "--move", "--force", "main")
    git(owned.path, "switch", "--quiet", "--create", "feature")
    file = owned.path / FIRST
    match how:
        case "deleted":
            file.unlink()
        case "renamed":
            file.rename(file.with_name("0001_first.py"))
        case _:
            file.write_text(file.read_text().replace("nullable=False", "nullable=True", 1))
    if how == "committed":
        commit(owned.path)
    code, output = owned.attempt("poe", "rules")
    assert code == 1
    assert f"{FIRST}:1: SVC403 is on the base branch already" in output
    assert "write a new migration with `uv run poe makemigration" in output


def test_a_released_migration_is_known_whatever_the_branch_is_called(owned: Service) -> None:
    git(owned.path, "branch", "--move", "--force", "trunk")
    file = owned.path / FIRST
    file.write_text(file.read_text().replace("nullable=False", "nullable=True", 1))
    code, output = owned.attempt("poe", "rules")
    assert (code, f"{FIRST}:1: SVC403" in output) == (1, True)


def test_the_words_of_a_released_migration_may_change(owned: Service) -> None:
    git(owned.path, "branch", "--move", "--force", "main")
    git(owned.path, "switch", "--quiet", "--create", "feature")
    file = owned.path / FIRST
    file.write_text(
        file.read_text().replace('"""Downgrade the schema."""', '"""Undo it."""  # all of it')
    )
    written = revision(owned, "0002", "0001")
    commit(owned.path)
    written.write_text(written.read_text().replace("Integer", "BigInteger"))
    owned.run("poe", "rules")


def test_a_service_without_git_has_no_released_migrations(owned: Service) -> None:
    shutil.rmtree(owned.path / ".git")
    owned.run("poe", "rules")
