"""`poe resource rename` gives a resource another name, in its code, its API and its table."""

from typing import Final

import pytest
import yaml

from tests.repositories import commit, git
from tests.running import done, scaffold
from tests.support import Service
from tests.test_resource_command import sql
from tests.test_resource_merge import METHOD, ROUTE, TEST, theirs, untracked_migrations
from tests.updates.text import append, replace

REFERENCES: Final = (
    "product:ref:to=product",
    "spare:ref:to=product,optional",
    "product_code:str:max_length=20,default=x",
    "quantity:int:gt=0",
)
COMMENT: Final = "# A product is sold once; products are counted by hand.\n"
ROWS: Final = (
    "WITH p AS (INSERT INTO products (name, price, version) VALUES ('Lamp', 5, 1) RETURNING id)"
    " INSERT INTO order_items (product_id, product_code, quantity, version)"
    " SELECT id, 'L', 2, 1 FROM p RETURNING id"
)

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(owned: Service) -> Service:
    """A service whose resource product has code of its owner's, and another resource's reference."""
    done(owned, "resource", "add", "order_item", *REFERENCES)
    append(owned.path / "app/services/product_service.py", METHOD)
    append(owned.path / "app/api/v1/endpoints/products.py", ROUTE)
    append(owned.path / "tests/unit/services/test_product_service.py", TEST)
    replace(
        owned.path / "app/db/models/product.py", "\n\nclass Product", f"\n\n{COMMENT}class Product"
    )
    commit(owned.path)
    return owned


def test_code_tests_answers_and_rows_follow_the_new_name(shop: Service) -> None:
    shop.run("poe", "migrate")
    sql(shop, ROWS)
    output = done(shop, "resource", "rename", "product", "item")

    assert "/api/v1/products is now /api/v1/items" in output
    routes = (shop.path / "app/api/v1/endpoints/items.py").read_text()
    assert "async def best_item(db: Db, reply: Conditional) -> Item:" in routes
    assert METHOD in (shop.path / "app/services/item_service.py").read_text()
    tests = (shop.path / "tests/unit/services/test_item_service.py").read_text()
    assert "test_items_are_counted(service: ItemService)" in tests
    table = (shop.path / "app/db/models/item.py").read_text()
    assert COMMENT.replace("product", "item") in table
    other = (shop.path / "app/db/models/order_item.py").read_text()
    assert "item_id: Mapped[int]" in other
    assert "spare_id: Mapped[int | None]" in other
    assert "product_code: Mapped[str]" in other
    assert not git(shop.path, "ls-files", "*product*").strip()
    answers = yaml.safe_load((shop.path / ".copier-answers.yml").read_text())
    assert [each["name"] for each in answers["resources"]] == ["item", "order_item"]
    assert list(answers["resources"][1]["fields"]) == ["item", "spare", "product_code", "quantity"]

    shop.run("poe", "migrate")
    rows = "SELECT items.name, product_code FROM items JOIN order_items ON item_id = items.id"
    assert sql(shop, rows) == "[('Lamp', 'L')]"
    shop.run("poe", "migrate")
    shop.run("ruff", "check", ".")
    shop.run("ruff", "format", "--check", ".")
    shop.run("mypy")
    shop.run("pytest", "--quiet", "-k", "item or migration or openapi")

    assert "Nothing to do" in done(shop, "resource", "rename", "product", "item")


def test_a_plural_and_a_self_reference_follow(owned: Service) -> None:
    done(owned, "resource", "add", "person", "person:ref:to=person,optional", "--plural", "people")
    commit(owned.path)
    done(owned, "resource", "rename", "person", "user", "--plural", "userbase")
    [migration] = untracked_migrations(owned)
    text = migration.read_text()
    assert "ALTER TABLE people RENAME TO userbase" in text
    assert 'op.alter_column("userbase", "person_id", new_column_name="user_id")' in text
    assert "create_table" not in text
    assert (owned.path / "app/api/v1/endpoints/userbase.py").exists()
    owned.run("pytest", "--quiet", "-k", "user or migration")


def test_a_dry_run_shows_all_and_writes_nothing(shop: Service) -> None:
    output = done(shop, "resource", "rename", "product", "item", "--dry-run")
    assert "ALTER TABLE products RENAME TO items" in output
    assert git(shop.path, "status", "--short") == ""


def test_a_conflict_is_resolved_or_undone(owned: Service) -> None:
    module = owned.path / "app/db/models/product.py"
    # The docstring has another article under the new name.
    replace(module, '"""A product."""', '"""A product, as sold."""')
    commit(owned.path)
    assert '"""A product, as sold."""' in module.read_text()
    code, output = scaffold(owned, "resource", "rename", "product", "item")
    assert code == 1
    assert "  app/db/models/item.py:" in output
    done(owned, "resource", "abort")
    assert git(owned.path, "status", "--short") == ""
    assert scaffold(owned, "resource", "rename", "product", "item").code == 1
    theirs(owned.path / "app/db/models/item.py")
    done(owned, "resource", "continue")
    assert "RENAME TO items" in untracked_migrations(owned)[0].read_text()
