"""Several services live in one repository: each is checked by itself, and all of CI can run."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.repositories import commit, git
from tests.support import Service
from tests.test_done import COMPARE, MAX_LENGTH, edit
from tests.test_workflows import PIPELINES, tool

MARK: Final = re.compile(r"^(\s*(?:- )?[\w-]+:)(?: (\S.*?))? +# monorepo: (.+)$", re.MULTILINE)
SHOP: Final = "services/shop"
MARKS: Final = {"ci": 2, "image": 3, "update": 2}
JOBS: Final = ("check", "container", "update")
FOUND: Final = """
from tools.done.checks import conflicts, leftovers
from tools.git import find_base
print(*conflicts(), *leftovers(find_base()), sep="\\n")
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(owned: Service, tmp_path: Path) -> Service:
    """A service in a folder of a repository, on a branch, with another service beside it."""
    whole = tmp_path / "whole"
    (whole / "services").mkdir(parents=True)
    owned.path.rename(whole / SHOP)
    (whole / SHOP / ".git").rename(whole / ".git")
    (whole / "services/orders/app").mkdir(parents=True)
    (whole / "services/orders/README.md").write_text("Orders.\n")
    commit(whole)
    git(whole, "branch", "--move", "--force", "trunk")
    git(whole, "switch", "--quiet", "--create", "feature")
    return Service(whole / SHOP, owned.environment)


def top(shop: Service) -> Path:
    """Return the root of the repository."""
    return shop.path.parent.parent


def with_marked_lines(text: str) -> str:
    """Return a pipeline in which each marked line is as its mark says."""

    def marked(line: re.Match[str]) -> str:
        key, _, wanted = line.groups()
        return f"{wanted}:" if wanted.startswith(JOBS) else f"{key} {wanted}"

    return MARK.sub(marked, text)


def test_workflows_that_github_does_not_read_are_reported_and_work_at_the_root(
    shop: Service,
) -> None:
    code, output = shop.attempt("poe", "rules")
    assert code == 1
    assert output.count("SVC701 never runs, as it is not at the root of the repository") == 3
    workflows = {}
    for name, marks in MARKS.items():
        file = shop.path / f".github/workflows/{name}.yml"
        text = file.read_text()
        assert len(MARK.findall(text)) == marks
        moved = top(shop) / f".github/workflows/shop-{name}.yml"
        moved.parent.mkdir(parents=True, exist_ok=True)
        moved.write_text(with_marked_lines(text))
        file.unlink()
        checker = ("check-jsonschema", "--builtin-schema", "vendor.github-workflows")
        assert tool(*checker, str(moved))[0] == 0
        assert tool("zizmor", "--offline", "--no-progress", str(moved))[0] == 0
        workflows[name] = yaml.safe_load(moved.read_text())
        for job in workflows[name]["jobs"].values():
            defaults = job.get("defaults") or workflows[name]["defaults"]
            assert defaults["run"]["working-directory"] == SHOP
    assert workflows["update"]["jobs"]["update"]["env"]["BRANCH"] == "template-update-shop"
    shop.run("poe", "rules")


def test_a_pipeline_of_gitlab_is_reported_until_the_root_includes_it(shop: Service) -> None:
    git(shop.path, "rm", "--quiet", "-r", ".github")
    file = shop.path / ".gitlab-ci.yml"
    file.write_text("check: {script: [uv run poe check]}\n")
    code, output = shop.attempt("poe", "rules")
    assert code == 1
    assert ".gitlab-ci.yml:1: SVC701" in output
    include: dict[str, Any] = {"include": [{"local": f"{SHOP}/.gitlab-ci.yml"}]}
    (top(shop) / ".gitlab-ci.yml").write_text(yaml.safe_dump(include))
    shop.run("poe", "rules")


def test_two_pipelines_of_gitlab_have_no_job_in_common(tmp_path: Path) -> None:
    jobs: dict[str, Any] = {}
    for source in PIPELINES:
        file = tmp_path / source.name
        file.write_text(with_marked_lines(source.read_text()))
        code, output = tool("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(file))
        assert code == 0, output
        jobs |= yaml.safe_load(file.read_text())
    [included] = jobs.pop("include")
    path = f"{SHOP}/.gitlab/image.yml"
    assert included == {"local": path, "rules": [{"exists": [path]}]}
    assert sorted(jobs) == ["check-shop", "container-shop", "update-shop"]
    assert {job["variables"]["SERVICE"] for job in jobs.values()} == {SHOP}
    assert jobs["update-shop"]["variables"]["BRANCH"] == "template-update-shop"
    for name in ("check-shop", "container-shop"):
        assert jobs[name]["rules"][0]["changes"] == [f"{SHOP}/**/*"]
    assert jobs["container-shop"]["rules"][-1]["if"] == "$CI_COMMIT_TAG =~ /^shop-v/"


def test_only_the_folder_of_the_service_is_looked_at(shop: Service) -> None:
    others = top(shop) / "services/orders"
    (others / "app/left.py").write_text("breakpoint()\n")
    (others / "README.md").write_text("<<<<<<< HEAD\n")
    commit(top(shop), "feat!: orders break")
    edit(shop, *MAX_LENGTH)
    (shop.path / "app/core/left.py").write_text("breakpoint()\n")
    with (shop.path / "README.md").open("a") as readme:
        readme.write("<<<<<<< HEAD\n")
    found = shop.run("python", "-c", FOUND).splitlines()
    conflict = f"README.md:{len((shop.path / 'README.md').read_text().splitlines())}:"
    assert [line.partition(" ")[0] for line in found] == [conflict, "app/core/left.py:1:"]
    assert "\nFalse\n" in shop.run("python", "-c", COMPARE)
    commit(top(shop), "feat!: short names")
    assert "\nTrue\n2 breaking changes, announced" in shop.run("python", "-c", COMPARE)
