"""Files that somebody moves: what changes in them follows, and nothing else is taken for them."""

from typing import Any, Final

import pytest

from scaffold import operation as operations
from scaffold.git import Repository
from scaffold.merge import commits_of, merge, rendered
from scaffold.operation import Operation
from scaffold.render import Render
from tests.repositories import commit
from tests.scaffold.tiny import Tiny, write

ORDER_ITEM: Final = {"name": "order_item", "fields": {"quantity": {"type": "int"}}}
BOX: Final = {"name": "box", "fields": {"quantity": {"type": "int"}}}
BILL: Final = {"name": "bill", "fields": {"quantity": {"type": "int"}}}
METHOD: Final = '''
    def count(self) -> int:
        """Return how many there are."""
        return len(self.rows)
'''

pytestmark = pytest.mark.slow


def with_resources(tiny: Tiny, *resources: dict[str, Any]) -> Render:
    """Return the render of the first release with other resources."""
    return Render(
        str(tiny.template), "v0.0.1", {"service_name": "tiny", "resources": list(resources)}
    )


def change_resources(tiny: Tiny, before: Render, after: Render) -> tuple[Operation, list[str]]:
    """Merge other resources into the service, as `poe resource` does before the migration."""
    repository = Repository(tiny.root)
    operation = Operation("resource", "replace", "feat: replace", operations.head_of(repository))
    with rendered(repository, before, after) as folders:
        commits = commits_of(repository, *folders, "feat: replace", deletions_first=True)
        return operation, merge(repository, commits, operation)


def add(tiny: Tiny, *resources: dict[str, Any]) -> Render:
    """Commit the service with other resources, and return what it then remembers."""
    before = with_resources(tiny, {"name": "product", "fields": {"name": {"type": "str"}}})
    after = with_resources(tiny, *resources)
    change_resources(tiny, before, after)
    commit(tiny.root)
    return after


def edit(tiny: Tiny, name: str) -> None:
    """Write a method and a test of the owner's for a resource."""
    tiny.replace(f"tests/test_{name}.py", "def test_behaviour_7(", "def test_my_seven(")
    service = f"app/services/{name}_service.py"
    tiny.own({service: tiny.read(service) + METHOD})


@pytest.mark.parametrize("edited", [False, True])
def test_what_the_template_changes_follows_a_file_that_the_owner_moved(
    tiny: Tiny, edited: bool
) -> None:
    config = tiny.read("app/config.py")
    tiny.own(
        {
            "core/settings.py": config.replace(
                "SETTING_3 = 3\n", "SETTING_3 = 33\n" if edited else "SETTING_3 = 3\n"
            ),
            "app/config.py": None,
        }
    )
    before = tiny.state()
    tiny.release({"app/config.py": config.replace("SETTING_30 = 30", "SETTING_30 = 31")})
    assert "\nchanged\n  .copier-answers.yml\n  core/settings.py\n" in tiny.updated()
    assert ("SETTING_3 = 33\n" in tiny.read("core/settings.py")) == edited
    assert "SETTING_30 = 31\n" in tiny.read("core/settings.py")
    assert not (tiny.root / "app/config.py").exists()
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


def test_a_conflict_in_a_file_that_the_owner_moved_is_listed_there(tiny: Tiny) -> None:
    config = tiny.read("app/config.py")
    tiny.own(
        {
            "core/settings.py": config.replace("SETTING_3 = 3\n", "SETTING_3 = 33\n"),
            "app/config.py": None,
        }
    )
    tiny.release({"app/config.py": config.replace("SETTING_3 = 3\n", "SETTING_3 = 4\n")})
    code, output = tiny.update()
    assert code == 1
    assert "\n  core/settings.py:6\n" in output


def test_a_file_that_the_owner_moved_and_the_template_deletes_is_a_conflict(tiny: Tiny) -> None:
    tiny.own({"core/settings.py": tiny.read("app/config.py"), "app/config.py": None})
    before = tiny.state()
    tiny.release({"app/config.py": None})
    code, output = tiny.update()
    assert code == 1
    assert "\n  core/settings.py (the template deletes it, you changed it)\n" in output
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


def test_a_file_of_the_owner_that_is_only_alike_is_not_taken_for_one_that_was_moved(
    tiny: Tiny,
) -> None:
    config = tiny.read("app/config.py")
    alike = "".join(config.splitlines(keepends=True)[:32]) + "OWN = 1\n" * 8
    tiny.own({"app/mine.py": alike, "app/config.py": None})
    tiny.release({"app/config.py": config.replace("SETTING_3 = 3\n", "SETTING_3 = 33\n")})
    output = tiny.updated()
    assert "\nchanged by the template, but deleted here\n  app/config.py\n" in output
    assert tiny.read("app/mine.py") == alike


def test_new_files_come_where_the_template_has_them(tiny: Tiny) -> None:
    tiny.git("mv", "app", "source")
    commit(tiny.root)
    tiny.release({"app/new.py": "NEW = 1\n"})
    tiny.updated()
    assert tiny.status() == ["M  .copier-answers.yml", "A  app/new.py"]


def test_what_the_owner_edited_follows_a_file_that_the_template_moves(tiny: Tiny) -> None:
    config = tiny.read("app/config.py")
    tiny.own({"app/config.py": config.replace("SETTING_3 = 3\n", "SETTING_3 = 33\n")})
    before = tiny.state()
    tiny.release(
        {
            "app/core/config.py": config.replace("SETTING_30 = 30", "SETTING_30 = 31"),
            "app/config.py": None,
        }
    )
    assert "\nmoved\n  app/config.py → app/core/config.py\n" in tiny.updated()
    text = tiny.read("app/core/config.py")
    assert "SETTING_3 = 33\n" in text
    assert "SETTING_30 = 31\n" in text
    assert not (tiny.root / "app/config.py").exists()
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


def test_a_file_that_both_moved_elsewhere_is_a_conflict(tiny: Tiny) -> None:
    config = tiny.read("app/config.py")
    tiny.own({"app/mine.py": config, "app/config.py": None})
    before = tiny.state()
    tiny.release({"app/theirs.py": config, "app/config.py": None})
    code, output = tiny.update()
    assert code == 1
    assert "app/mine.py" in output
    assert "app/theirs.py" in output
    assert tiny.run("update", "--abort").code == 0
    assert tiny.state() == before


def test_a_resource_that_leaves_is_never_taken_for_one_that_comes(tiny: Tiny) -> None:
    before = add(tiny, ORDER_ITEM, BILL)
    edit(tiny, "bill")
    bill = tiny.read("app/services/bill_service.py"), tiny.read("tests/test_bill.py")
    operation, deleted = change_resources(tiny, before, with_resources(tiny, BOX, BILL))
    assert (deleted, operation.merged, operation.two_steps) == ([], True, True)
    assert tiny.git("diff", "--cached", "--name-status", "--no-renames").splitlines() == [
        "M\t.copier-answers.yml",
        "A\tapp/services/box_service.py",
        "D\tapp/services/order_item_service.py",
        "A\ttests/test_box.py",
        "D\ttests/test_order_item.py",
    ]
    assert "class BoxService" in tiny.read("app/services/box_service.py")
    assert bill == (tiny.read("app/services/bill_service.py"), tiny.read("tests/test_bill.py"))


def test_edits_of_a_resource_that_leaves_stay_with_it_and_not_with_one_that_comes(
    tiny: Tiny,
) -> None:
    before = add(tiny, ORDER_ITEM)
    edit(tiny, "order_item")
    mine = tiny.read("app/services/order_item_service.py"), tiny.read("tests/test_order_item.py")
    committed = tiny.state()
    change_resources(tiny, before, with_resources(tiny, BOX))
    repository = Repository(tiny.root)
    assert sorted(repository.unmerged()) == [
        "app/services/order_item_service.py",
        "tests/test_order_item.py",
    ]
    assert set(map(frozenset, repository.unmerged().values())) == {frozenset({1, 2})}
    assert mine == (
        tiny.read("app/services/order_item_service.py"),
        tiny.read("tests/test_order_item.py"),
    )
    assert METHOD not in tiny.read("app/services/box_service.py")
    assert "test_my_seven" not in tiny.read("tests/test_box.py")
    assert "BoxService" in tiny.read("app/services/box_service.py")
    assert tiny.run("resource", "abort").code == 0
    assert tiny.state() == committed


def test_edits_of_a_box_that_existed_are_not_mixed_with_an_order_item_that_leaves(
    tiny: Tiny,
) -> None:
    before = add(tiny, ORDER_ITEM)
    edit(tiny, "order_item")
    own = "class Box:\n    pass\n"
    tiny.own({"app/services/box_service.py": own})
    change_resources(tiny, before, with_resources(tiny, BOX))
    stages = Repository(tiny.root).unmerged()
    assert stages["app/services/box_service.py"] == {2, 3}  # both added it
    assert stages["app/services/order_item_service.py"] == {1, 2}
    assert own in tiny.read("app/services/box_service.py")
    assert METHOD not in tiny.read("app/services/box_service.py")


def test_a_merge_without_a_difference_writes_nothing(tiny: Tiny) -> None:
    render = with_resources(tiny, BILL)
    before = tiny.state()
    _, deleted = change_resources(tiny, render, render)
    assert deleted == []
    assert tiny.state() == before
    assert operations.current(Repository(tiny.root)) is None


def test_a_resource_with_a_migration_that_fails_stays_under_way(tiny: Tiny) -> None:
    before = tiny.state()
    arguments = ("resource", "add", "bill", "quantity:int")
    code, output = tiny.run(*arguments)  # the tiny service has no database
    assert code == 1
    assert "The service's environment has no asyncpg: run `uv sync`." in output
    assert "but this has failed. Fix it, then finish:\n  uv run poe resource continue\n" in output
    assert "BillService" in tiny.read("app/services/bill_service.py")
    assert "The change of the resources (add bill) is under way here" in tiny.refused(*arguments)
    assert tiny.run("resource", "continue").code == 1
    assert tiny.run("resource", "abort").output == (
        "Undone: add bill. The service is as it was committed.\n"
    )
    assert tiny.state() == before


def test_a_resource_that_is_in_the_way_of_files_of_the_owner_is_refused(tiny: Tiny) -> None:
    tiny.own({".gitignore": ".venv\n*_service.py\n"})
    write(tiny.root, {"app/services/bill_service.py": "MINE = 1\n"})
    assert "The template brings app/services/bill_service.py" in tiny.refused(
        "resource", "add", "bill", "no:int"
    )


def test_a_resource_that_the_template_refuses_is_reported(tiny: Tiny) -> None:
    assert tiny.refused("resource", "remove", "product").endswith("Write at least one resource.\n")
