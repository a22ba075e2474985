"""`poe resource` changes what a service serves, and its database with it."""

import shlex
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from copier import run_copy

from tests.repositories import commit, git
from tests.running import done
from tests.support import Service
from tests.updates.outcome import ONCE, files_in

ANSWERS: Final = ".copier-answers.yml"
FIELDS: Final = ("quantity:int:gt=0,le=1000", "note:text:optional")
NOTHING: Final = "Nothing to do: the resources are so already."
SQL: Final = """
import asyncio, sys, asyncpg
from tools.postgres import development_database

async def run(url):
    connection = await asyncpg.connect(url)
    print([tuple(row) for row in await connection.fetch(sys.argv[1])])
    await connection.close()

with development_database() as url:
    asyncio.run(run(url))
"""

pytestmark = pytest.mark.slow


def resource(service: Service, *arguments: str) -> str:
    """Run `poe resource` in a service and return what it printed."""
    return done(service, "resource", *arguments)


def sql(service: Service, statement: str) -> str:
    """Run a statement on the development database and return its rows."""
    return service.run("python", "-c", SQL, statement).splitlines()[-1]


def status(service: Service) -> list[str]:
    """Return what has changed since the last commit."""
    return git(service.path, "status", "--short", "--untracked-files=all").splitlines()


def migration(service: Service) -> str:
    """Return the one migration that is not committed."""
    new = git(service.path, "ls-files", "--others", "--exclude-standard", "migrations").split()
    assert len(new) == 1
    return (service.path / new[0]).read_text()


def resources(service: Service) -> Any:
    """Return the resources among the answers that a service remembers."""
    return yaml.safe_load((service.path / ANSWERS).read_text())["resources"]


def test_add_writes_the_resource_and_its_migration_and_remove_undoes_all_of_it(
    owned: Service,
) -> None:
    before = git(owned.path, "ls-files")
    output = resource(owned, "add", "order_item", *FIELDS)

    created = {Path(line[3:]).name for line in status(owned) if line.startswith("A ")}
    assert {"order_item.py", "order_items.py", "order_item_service.py"} <= created
    assert "M  .copier-answers.yml" in status(owned)
    assert '"order_items",' in migration(owned)
    assert "migrations/versions/" in output
    assert "run `uv run poe migrate`, `uv run poe fix` and `uv run poe check`, and commit" in output
    assert "To undo all of it: uv run poe resource abort" in output
    assert resources(owned)[1] == {
        "name": "order_item",
        "fields": {
            "quantity": {"type": "int", "gt": 0, "le": 1000},
            "note": {"type": "text", "optional": True},
        },
    }

    commit(owned.path)
    resource(owned, "remove", "order_item")
    assert 'op.drop_table("order_items")' in migration(owned)
    commit(owned.path)
    left = set(git(owned.path, "ls-files").splitlines()) - set(before.splitlines())
    assert {Path(path).parent.name for path in left} == {"versions"}
    assert NOTHING in resource(owned, "remove", "order_item")
    owned.run("poe", "migrate")


def test_a_second_run_changes_nothing(owned: Service) -> None:
    change = ("change", "product", "sku:str:optional", "--drop", "name", "--rename", "price=cost")
    resource(owned, *change)
    before = status(owned)
    output = resource(owned, *change)  # as it is
    assert NOTHING in output
    assert "Not all is committed yet" in output
    assert status(owned) == before
    commit(owned.path)
    assert resource(owned, *change) == f"{NOTHING}\n"  # and once it is committed
    assert not status(owned)


def test_a_new_name_keeps_the_data(owned: Service) -> None:
    owned.run("poe", "migrate")
    sql(owned, "INSERT INTO products (name, price, version) VALUES ('Lamp', 5, 1)")
    output = resource(
        owned,
        "change",
        "product",
        "stock:int:default=7",
        "--rename",
        "price=cost",
        "--drop",
        "name",
    )
    assert "change product: add stock, drop name, rename price to cost" in output
    owned.run("poe", "migrate")
    assert sql(owned, "SELECT cost, stock FROM products") == "[(5.0, 7)]"
    assert list(resources(owned)[0]["fields"]) == ["cost", "stock"]
    assert resources(owned)[0]["fields"]["cost"] == {"type": "float", "gt": 0}


def test_a_dry_run_shows_all_and_writes_nothing(owned: Service, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to("real")  # as on macOS
    command = ("resource", "add", "order_item", *FIELDS, "--dry-run")
    output = done(owned, *command, TMPDIR=str(tmp_path / "linked"))
    assert "app/db/models/order_item.py" in output
    assert "op.create_table(" in output
    assert not status(owned)
    output = resource(owned, "change", "product", "sku:str:optional", "--drop", "name", "--dry-run")
    assert "app/models/product.py" in output
    assert 'op.drop_column("products", "name")' in output
    assert not status(owned)


def test_a_change_of_rules_alone_needs_no_migration_nor_a_name_of_the_owner(
    owned: Service, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    unknown = {"HOME": str(tmp_path / "home"), "GIT_CONFIG_NOSYSTEM": "1"}
    change = ("resource", "change", "product", "price:float:gt=0,default=2")
    assert "none: the tables stay" in done(owned, *change, **unknown)
    assert not [line for line in status(owned) if "migrations" in line]


def test_what_list_prints_can_be_pasted_back(owned: Service) -> None:
    resource(owned, "add", "person", "nick:str:default=\"a, 'b'\"", "--plural", "people")
    commit(owned.path)
    lines = resource(owned, "list").splitlines()[-2:]
    assert lines[0].startswith("product name:str:min_length=1,max_length=100 price:float:gt=0")
    assert lines[1].endswith("--plural people")
    for line in lines:
        assert NOTHING in resource(owned, "add", *shlex.split(line))


def test_fields_of_every_type_can_be_added_pasted_back_and_changed(
    owned: Service, own_template: Path
) -> None:
    fields = [
        "product:ref:to=product,on_delete=cascade",
        "above:ref:to=line,on_delete=set_null,optional",
        "code:str:unique,pattern=^[A-Z]{2,3}[:,]%[0-9]+$",
        "status:enum:values=draft|paid,default=draft",
        "total:decimal:max_digits=9,decimal_places=3,gt=0.5,default=1.25",
        "due:date:optional",
        "trace:uuid:unique",
        "extra:json",
    ]
    resource(owned, "add", "line", *fields, "--id", "uuid")
    fresh = owned.path.with_name("fresh")
    answers = {"resources": resources(owned), "service_name": "service"}
    run_copy(str(own_template), fresh, data=answers, defaults=True, quiet=True)
    past = (ONCE, ANSWERS)
    expected = {path: text for path, text in files_in(fresh).items() if not path.startswith(past)}
    listed = git(owned.path, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    assert expected == {
        path: (owned.path / path).read_text() for path in listed if not path.startswith(past)
    }
    commit(owned.path)
    line = resource(owned, "list").splitlines()[-1]
    assert NOTHING in resource(owned, "add", *shlex.split(line))
    for task in ("check-format", "lint", "rules"):
        owned.run("poe", task)
    resource(owned, "change", "line", "status:enum:values=draft|paid|void", "--rename", "due=ends")
    resource_tests = ("tests/integration", "tests/unit/services")
    owned.run("pytest", "--quiet", "-k", "line or migration", *resource_tests)


def test_a_file_changes_fields(owned: Service, tmp_path: Path) -> None:
    file = tmp_path / "more.yml"
    file.write_text("{name: product, fields: {weight: {type: float, ge: 0, optional: true}}}")
    assert "add weight" in resource(owned, "change", "product", "--from", str(file))
    assert "weight: Mapped[float | None]" in (owned.path / "app/db/models/product.py").read_text()


def test_a_file_says_the_same(owned: Service, tmp_path: Path) -> None:
    file = tmp_path / "more.yml"
    file.write_text("- {name: bill, fields: {total: {type: float, ge: 0}}}\n- {name: person, ")
    file.write_text(file.read_text() + "plural: people, fields: {name: {type: str}}}\n")
    (tmp_path / "one.yml").write_text("{name: bill, fields: {total: {type: float, ge: 0}}}\n")
    done(owned, "resource", "add", "--from", "../../more.yml", POE_PWD=str(owned.path / "app"))
    assert [each["name"] for each in resources(owned)] == ["product", "bill", "person"]
    assert resources(owned)[2]["plural"] == "people"
    assert NOTHING in resource(owned, "add", "bill", "total:float:ge=0")
    assert NOTHING in resource(owned, "add", "--from", str(tmp_path / "one.yml"))
