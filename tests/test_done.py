"""`poe done` passes on good work, and reports each part of the definition that is missing."""

import json
import re
import shutil
from typing import Any, Final

import pytest

from tests.repositories import commit, git
from tests.running import done
from tests.support import Service

CHECKS: Final = [
    *("Format", "Lint", "Layers", "Rules", "Migration history", "Conflict markers"),
    *("Debug leftovers", "OpenAPI compatible", "Types", "API properties", "Tests"),
    *("Reached by tests", "Coverage", "Coverage of changes"),
    *("Migration matches", "Upgrade, downgrade", "OpenAPI documented"),
]
FIELDS: Final = ("quantity:int:gt=0,le=1000", "note:text:optional")
MORE_FIELDS: Final = ("sku:str:max_length=32,unique,optional", "stock:int")
FEW_TESTS: Final = "-k 'openapi or migration or product_service'"
FIND: Final = "from tools.git import find_base; print(find_base().name)"
COMPARE: Final = """
from tools.done.openapi import compare
from tools.git import find_base
[result] = compare(find_base())
print(*result, sep="\\n")
"""
SPARE: Final = '"""Spare."""\n\nfrom app.db.base import Base\n\n\ndef spare() -> int:\n' + (
    "    print(  Base)\n    breakpoint()  # noqa: T100\n" * 50 + "    return '30' + 30\n"
)
SERVICE: Final = "app/services/product_service.py"
RAISE: Final = "raise NotFoundError(RESOURCE, product_id)"
EDITS: Final = [
    (SERVICE, RAISE, "raise KeyError"),
    (SERVICE, "    async def update(", "    async def spare(self) -> None:\n        self.db.expire_all()\n\n    async def update("),
    ("app/api/v1/endpoints/products.py", "response_model=ProductPage, responses=LIST_RESPONSES", "response_model=ProductPage"),
    ("app/models/product.py", "NAME_MAX_LENGTH: Final = 100", "NAME_MAX_LENGTH: Final = 50"),
    ("migrations/versions/0001_initial.py", '    op.drop_table("products")', "    pass"),
]  # fmt: skip
MAX_LENGTH: Final = (
    "app/models/product.py",
    "NAME_MAX_LENGTH: Final = 100",
    "NAME_MAX_LENGTH: Final = 50",
)

pytestmark = pytest.mark.slow


@pytest.fixture
def feature(owned: Service) -> Service:
    """A service on a branch of its own."""
    git(owned.path, "branch", "--move", "--force", "main")
    git(owned.path, "switch", "--quiet", "--create", "feature")
    return owned


def edit(service: Service, file: str, old: str, new: str) -> None:
    """Write another text in a file, for good."""
    text = (service.path / file).read_text()
    assert text.count(old) == 1, file
    (service.path / file).write_text(text.replace(old, new))


def report(output: str) -> dict[str, Any]:
    """Return the report of `poe done --json`, without what poe itself prints."""
    answer: dict[str, Any] = json.loads(output[output.index("{") :])
    return answer


def test_resources_that_are_added_and_changed_are_done(feature: Service) -> None:
    done(feature, "resource", "add", "order_item", "product:ref:to=product", *FIELDS)
    commit(feature.path)
    done(feature, "resource", "change", "product", *MORE_FIELDS)
    raised = f"error = {RAISE.removeprefix('raise ')}\n            raise error"
    edit(feature, SERVICE, RAISE, raised)
    commit(feature.path, "feat!: products have a stock")
    output = feature.run("poe", "done")
    marks = [line.split("  ")[0] for line in output.splitlines() if line.startswith(("✓", "✗"))]
    assert marks == [f"✓ {check}" for check in CHECKS]
    assert "Compared with main" in output
    assert re.search(r"✓ Coverage of changes  Coverage: 100%", output)
    assert "Done: all checks passed" in output


def test_each_part_that_is_missing_is_reported(feature: Service) -> None:
    (feature.path / "app" / "core" / "spare.py").write_text(SPARE)
    for file, old, new in EDITS:
        edit(feature, file, old, new)
    readme = feature.path / "README.md"
    readme.write_text(readme.read_text() + "<<<<<<< HEAD\n")
    code, output = feature.attempt("poe", "done", "--json", PYTEST_ADDOPTS=FEW_TESTS)
    assert code == 1
    answer = report(output)
    checks = {check["check"]: check for check in answer["checks"]}
    assert list(checks) == CHECKS
    assert [name for name, check in checks.items() if check["passed"]] == []
    assert all(check["help"] and check["found"] and check["output"] for check in checks.values())
    assert "ProductService.spare is reached by no test" in checks["Reached by tests"]["output"]
    assert "app/core/spare.py" in checks["Coverage of changes"]["output"]
    assert "body.name now requires maxLength 50" in checks["OpenAPI compatible"]["output"]
    assert "0001_initial.py:1: SVC403" in checks["Migration history"]["output"]
    assert "README.md:" in checks["Conflict markers"]["output"]
    assert "breakpoint( was left behind" in checks["Debug leftovers"]["output"]
    assert "curl -X" in checks["API properties"]["output"]
    assert answer["base"]["name"] == "the last commit"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("develop", "There is no branch 'develop', neither here nor at origin: name the one"),
        ("no commit at all", "There is no commit to compare with: first `git init -b main`"),
        ("nothing in common", "have no commit in common: fetch the whole history"),
    ],
)
def test_what_cannot_be_compared_is_an_error(owned: Service, name: str, says: str) -> None:
    if name == "no commit at all":
        shutil.rmtree(owned.path / ".git")
        git(owned.path, "init", "--quiet")
    if name == "nothing in common":
        git(owned.path, "branch", "--move", "--force", "main")
        git(owned.path, "switch", "--quiet", "--orphan", "other")
        git(owned.path, "checkout", "main", "--", ".")
        commit(owned.path)
    code, output = owned.attempt(
        "poe", "done", "--base", "develop" if name == "develop" else "main"
    )
    assert code == 1
    assert says in output
    assert "Traceback" not in output


def test_the_base_is_where_the_work_left_it(feature: Service) -> None:
    path = feature.path
    assert base_of(feature) == "the last commit"  # of all: it is compared with itself
    commit_something(feature)
    assert base_of(feature) == "main"
    git(path, "switch", "--quiet", "main")
    assert base_of(feature) == "the last commit"
    git(path, "merge", "--quiet", "feature")
    assert base_of(feature) == "the commit before"
    (path / "new.py").write_text('"""New."""\n')
    assert base_of(feature) == "the last commit"
    git(path, "update-ref", "refs/remotes/origin/main", "HEAD~1")
    assert base_of(feature) == "origin/main"
    git(path, "switch", "--quiet", "--detach")
    git(path, "branch", "--delete", "--force", "main")
    assert base_of(feature) == "origin/main"


def test_the_default_branch_has_any_name(feature: Service) -> None:
    path = feature.path
    commit_something(feature)
    git(path, "branch", "--move", "main", "trunk")
    assert base_of(feature) == "trunk"
    git(path, "branch", "master", "trunk")
    code, output = feature.attempt("poe", "done")
    assert code == 1
    assert "(master, trunk): name it, as in `poe done --base develop`, or for good in" in output
    feature.run("poe", "rules")
    git(path, "branch", "--move", "trunk", "next")
    git(path, "branch", "--move", "master", "release")
    git(path, "update-ref", "refs/remotes/origin/release", "HEAD~1")
    assert "(feature, next, release)" in feature.attempt("poe", "done")[1]
    git(path, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release")
    assert base_of(feature) == "release"
    with (path / "pyproject.toml").open("a") as project:
        project.write('\n[tool.done]\nbase = "next"\n')
    assert base_of(feature) == "next"
    assert feature.run("python", "-c", FIND.replace("()", "('feature')", 1)) == "the last commit\n"


def test_the_only_branch_is_the_base_whatever_its_name(owned: Service) -> None:
    git(owned.path, "branch", "--move", "--force", "develop")
    commit_something(owned)
    assert base_of(owned) == "the commit before"
    git(owned.path, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/master")
    assert base_of(owned) == "the commit before"  # the branch of origin was renamed


def base_of(service: Service) -> str:
    """Return what a service is compared with."""
    return service.run("python", "-c", FIND).strip()


def commit_something(service: Service) -> None:
    """Commit a change."""
    (service.path / "NOTES.md").write_text("A note.\n")
    commit(service.path)


def test_a_break_of_the_api_passes_once_a_commit_announces_it(feature: Service) -> None:
    edit(feature, *MAX_LENGTH)
    commit(feature.path)
    failed = feature.run("python", "-c", COMPARE)
    assert "\nFalse\n" in failed
    assert "POST /api/v1/products/: body.name now requires maxLength 50" in failed
    git(feature.path, "commit", "--quiet", "--amend", "--message", "feat!: short names")
    assert "\nTrue\n2 breaking changes, announced in a commit" in feature.run(
        "python", "-c", COMPARE
    )
