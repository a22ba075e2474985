"""Whatever the answers, the service is complete and green before anybody touches it."""

import re
import sys
from pathlib import Path
from typing import Final

import pytest
from copier import run_copy
from pytest_copie.plugin import Copie

from tests.answer_sets import ANSWER_SETS, Spec, resource
from tests.repositories import git
from tests.shared_processes import Forks
from tests.support import EMBEDDED, OF_RESOURCES, TEMPLATE, Service

JINJA: Final = re.compile(r"(?<!\$)\{\{|\{%|\{#")
OTHER_TEMPLATES: Final = "monitoring"  # Prometheus and Grafana have the same braces
QUOTED: Final = "{{ this }} {% is not %} {# a template #}"
# What its tests reach is measured where there is no resource, and by `poe done` where there are two.
# The code of the others has other names and types, but no other paths to reach.
CHECKED: Final = "empty"
WHOLE: Final = ("default", "words")  # words could be what the tests of the core call theirs
CI_FILES: Final = {"github": ".github", "gitlab": ".gitlab-ci.yml"}
KEPT: Final = "DELETE_RESPONSES | STILL_REFERENCED"
IMPORT_ALL: Final = """
from importlib import import_module
from pkgutil import walk_packages
import app
for module in walk_packages(app.__path__, "app."):
    import_module(module.name)
"""


@pytest.fixture(
    scope="session",
    params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ANSWER_SETS],
)
def render(request: pytest.FixtureRequest, copie_session: Copie) -> Service:
    """The service of one set of answers, with the tools of this repository."""
    result = copie_session.copy(ANSWER_SETS[request.param], template_dir=TEMPLATE)
    assert result.exception is None, result.exception
    assert result.project_dir is not None
    return Service(result.project_dir, Path(sys.prefix))


@pytest.fixture
def complete(render: Service, environment: Path) -> Service:
    """The same service with its own environment."""
    return Service(render.path, environment)


def test_nothing_of_the_template_is_left(render: Service, tmp_path: Path) -> None:
    texts = {path: path.read_text() for path in sources(render, tmp_path)}
    assert texts
    left = [path for path, text in texts.items() if JINJA.search(text.replace(QUOTED, ""))]
    assert not [path for path in left if OTHER_TEMPLATES not in path.parts]
    assert not [path for path in texts if path.suffix == ".jinja" or JINJA.search(path.name)]


def test_only_the_chosen_checks_are_there(render: Service, request: pytest.FixtureRequest) -> None:
    answers = ANSWER_SETS[request.node.callspec.params["render"]]
    chosen = answers.get("ci", "github")
    there = {ci for ci, name in CI_FILES.items() if (render.path / name).exists()}
    assert there == {chosen} - {"none"}


def test_every_resource_has_its_files(render: Service, request: pytest.FixtureRequest) -> None:
    answers = ANSWER_SETS[request.node.callspec.params["render"]]
    names = {resource["name"] for resource in answers.get("resources", [{"name": "product"}])}
    assert stems(render, "app/models") - {"base", "types"} == names
    assert stems(render, "app/db/models") == names
    assert stems(render, "app/services") == {f"{name}_service" for name in names}
    references = {path for path in stems(render, "app/api/v1/endpoints") if "_of_" in path}
    refs = [field for fields in fields_of(answers) for field in fields if field["type"] == "ref"]
    assert len(references) == len(refs)
    assert len(stems(render, "app/api/v1/endpoints")) == len(names) + len(refs)


def test_what_keeps_a_row_is_documented_behind_cascades_too(
    template_files: Path, tmp_path: Path
) -> None:
    cascade = {"type": "ref", "to": "order", "on_delete": "cascade"}
    answers = {
        "resources": [
            resource("order"),
            resource("invoice", order=cascade),
            resource("payment", invoice={"type": "ref", "to": "invoice"}),
        ]
    }
    run_copy(str(template_files), tmp_path, data=answers, defaults=True, quiet=True)
    endpoints = tmp_path / "app" / "api" / "v1" / "endpoints"
    documented = {file.stem for file in endpoints.glob("*.py") if KEPT in file.read_text()}
    assert documented == {"orders", "invoices"}


def test_the_code_is_formatted(render: Service) -> None:
    render.run("ruff", "format", "--check", "--diff", ".")


def test_the_code_is_linted(render: Service) -> None:
    render.run("ruff", "check", ".")


def test_the_rules_hold(complete: Service) -> None:
    complete.run("poe", "rules")


def test_the_code_compiles(render: Service) -> None:
    for path in render.path.rglob("*.py"):
        compile(path.read_text(), path, "exec")


def test_a_hundred_resources_are_as_clean_as_one(template_files: Path, tmp_path: Path) -> None:
    resources = [resource(f"thing_{number}") for number in range(100)]
    answers = {"resources": resources}
    run_copy(str(template_files), tmp_path, data=answers, defaults=True, quiet=True)
    render = Service(tmp_path, Path(sys.prefix))
    assert len(stems(render, "app/services")) == len(resources)
    render.run("ruff", "format", "--check", "--diff", ".")
    render.run("ruff", "check", ".")


@pytest.mark.slow
def test_the_types_are_right(complete: Service) -> None:
    complete.run("mypy")


@pytest.mark.slow
def test_the_layers_point_one_way(complete: Service) -> None:
    complete.run("lint-imports")


@pytest.mark.slow
def test_every_module_can_be_imported(complete: Service) -> None:
    complete.run("python", "-W", "error", "-c", IMPORT_ALL)


@pytest.mark.slow
def test_its_own_tests_pass_and_reach_enough(
    complete: Service, forks: Forks, request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.params["render"]
    if name == CHECKED:
        complete.run("poe", "check", TEST_DATABASE_URL=EMBEDDED)
    else:
        parts = () if name in WHOLE else OF_RESOURCES
        code, output = forks.attempt(complete, "pytest", "--quiet", *parts)
        assert code == pytest.ExitCode.OK, output


def fields_of(answers: Spec) -> list[list[Spec]]:
    """Return the specs of the fields of each resource."""
    return [list(spec["fields"].values()) for spec in answers.get("resources", [])]


def sources(render: Service, scratch: Path) -> list[Path]:
    """Return the files that came from the template: git ignores what tools have made."""
    git(scratch, "init", "--quiet")
    options = (f"--git-dir={scratch / '.git'}", "--work-tree=.")
    names = git(render.path, *options, "ls-files", "--others", "--exclude-standard", "-z")
    return [render.path / name for name in names.split("\0")[:-1]]


def stems(render: Service, folder: str) -> set[str]:
    """Return the names of the modules in a folder."""
    return {path.stem for path in (render.path / folder).glob("[!_]*.py")}
