"""The template keeps the rules that keep it readable."""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from copier import run_copy
from jinja2 import Environment, nodes

from tests.support import TEMPLATE, Service, committed

SUFFIX: Final = ".jinja"
EXPRESSION_OF_WORKFLOWS: Final = re.compile(r"\$\{\{.*?\}\}")
TAG: Final = re.compile(r"\{%.*?%\}")
STRIPPED: Final = re.compile(r"\{[%{#]-|-[%}#]\}")
MACHINE: Final = re.compile(r"/(tmp|root|work)/|https?://\S+/simple\b")
DEPENDENCY: Final = re.compile(r'    "[^"]+",  # \S.*')
FORBIDDEN_KEYS: Final = {"_tasks", "_migrations", "_jinja_extensions", "_external_data"}
PRIVATE: Final = re.compile(r"copier\._|jinja2\._|from copier import _")
LONGEST_MODULE: Final = 250
MOST_LINES: Final = 9_700
MOST_LINES_OF_TOOLS: Final = 1_860
MOST_NEIGHBOURS: Final = 12

# How many conditions and loops each file holds. Think twice before a number grows.
BLOCKS: Final = {
    ".env.example": (1, 0),
    "README.md": (5, 1),
    "app/__main__.py": (2, 0),
    "app/api/health.py": (1, 0),
    "app/api/middleware.py": (1, 0),
    "app/api/openapi.py": (2, 0),
    "app/core/config.py": (1, 0),
    "app/db/models/<resource>": (1, 2),
    "app/db/session.py": (1, 0),
    "app/main.py": (3, 0),
    "app/models/<resource>": (1, 9),
    "app/services/<resource>": (0, 3),
    "compose.yaml": (1, 0),
    "deploy/README.md": (1, 0),
    "deploy/base/kustomization.yaml": (1, 0),
    "deploy/overlays/production/network.yaml": (1, 0),
    "docs/implement.md": (2, 0),
    "migrations/versions/0001_initial.py": (1, 7),
    "pyproject.toml": (5, 0),
    "tests/conftest.py": (1, 0),
    "tests/factories/<resource>": (2, 2),
    "tests/integration/api/test_<own>": (2, 4),
    "tests/integration/api/test_<reference>": (2, 1),
    "tests/integration/api/test_<resource>": (8, 7),
    "tests/unit/services/test_<own>": (0, 2),
    "tests/unit/services/test_<resource>": (0, 1),
    "tools/dev.py": (2, 0),
    "tools/done/openapi.py": (1, 0),
    "tools/properties/run.py": (2, 0),
    "tools/rules/check.py": (1, 0),
}
# What only a service has: what checks its layers, rules and coverage; plugins of its libraries, and
# which of them mypy leaves unread.
EXTRA_CHECKS: Final = ["layers", "rules", "cover", "properties"]
EXTRA_MYPY: Final = {"files", "plugins", "exclude", "overrides"}
SHARED_TASKS: Final = ("check-format", "lint", "types", "test", "fix")


FILES: Final = [path for path in committed("template") if "_macros" not in path.parts]
TEMPLATES: Final = [path for path in FILES if path.suffix == SUFFIX]
PLAIN: Final = [path for path in FILES if path.suffix != SUFFIX]


@pytest.fixture(scope="module")
def environment() -> Environment:
    """Jinja as the template has it, able to parse Copier's filters."""
    settings = yaml.safe_load((TEMPLATE / "copier.yml").read_text())["_envops"]
    spaces = {name: value for name, value in settings.items() if name != "undefined"}
    extensions = ["jinja2_ansible_filters.AnsibleCoreFiltersExtension"]
    return Environment(extensions=extensions, autoescape=True, **spaces)


@pytest.fixture(scope="module")
def projects(default_render: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tool settings of this repository and of the service."""
    files = (TEMPLATE / "pyproject.toml", default_render / "pyproject.toml")
    ours, theirs = (tomllib.loads(file.read_text())["tool"] for file in files)
    return ours, theirs


def test_a_file_has_the_suffix_if_and_only_if_it_holds_jinja(environment: Environment) -> None:
    assert FILES
    for path in FILES:
        text = EXPRESSION_OF_WORKFLOWS.sub("", path.read_text())
        holds = any(kind != "data" for _, kind, _ in environment.lex(text))
        assert holds == (path.suffix == SUFFIX), path


def test_files_with_expressions_of_workflows_hold_no_jinja() -> None:
    assert not [path for path in TEMPLATES if EXPRESSION_OF_WORKFLOWS.search(path.read_text())]


def test_plain_python_passes_ruff_where_it_lies(default_render: Path) -> None:
    settings = str(default_render / "pyproject.toml")
    here = Service(TEMPLATE / "template", Path(sys.prefix))
    # Of what they import, some is a template.
    ours = 'lint.isort.known-first-party = ["app", "migrations", "tests", "tools"]'
    here.run("ruff", "check", "--no-cache", "--config", settings, "--config", ours, ".")
    here.run("ruff", "format", "--no-cache", "--check", "--config", settings, ".")


def test_a_block_tag_has_its_own_line_and_strips_nothing() -> None:
    for path in TEMPLATES:
        for line in path.read_text().splitlines():
            assert not STRIPPED.search(line), (path, line)
            assert not TAG.search(line) or TAG.fullmatch(line.strip()), (path, line)


def test_conditions_are_few(environment: Environment) -> None:
    counted = {}
    for path in TEMPLATES:
        tree = environment.parse(path.read_text())
        conditions, loops = (len(list(tree.find_all(kind))) for kind in (nodes.If, nodes.For))
        if conditions or loops:
            name = path.relative_to(TEMPLATE / "template").as_posix().removesuffix(SUFFIX)
            counted[re.sub(r"\{% yield (\w+) .*", r"<\1>", name)] = (conditions, loops)
    assert counted == BLOCKS


def test_conditions_are_one_level_deep(environment: Environment) -> None:
    for path in TEMPLATES:
        for outer in environment.parse(path.read_text()).find_all(nodes.If):
            parts = [*outer.body, *outer.else_]
            inner = [node for part in parts for node in (part, *part.find_all(nodes.If))]
            assert not [node for node in inner if isinstance(node, nodes.If)], path


def test_paths_hold_no_conditions() -> None:
    for path in FILES:
        tags = TAG.findall(path.relative_to(TEMPLATE).as_posix())
        assert {tag.split()[1] for tag in tags} <= {"yield", "endyield"}, path


def test_a_render_needs_no_trust(template_files: Path, tmp_path: Path) -> None:
    questions = yaml.safe_load((TEMPLATE / "copier.yml").read_text())
    assert FORBIDDEN_KEYS.isdisjoint(questions)
    run_copy(str(template_files), tmp_path / "x", defaults=True, quiet=True, unsafe=False)
    assert (tmp_path / "x" / "app" / "main.py").exists()


def test_this_repository_is_linted_like_a_service(
    projects: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    ours, theirs = (project["ruff"] for project in projects)
    assert ours["lint"]["select"] == theirs["lint"]["select"]
    assert ours["lint"]["ignore"] == theirs["lint"]["ignore"]
    assert ours["line-length"] == theirs["line-length"]
    assert ours["target-version"] == theirs["target-version"]
    for settings in ("flake8-tidy-imports", "pydocstyle"):
        assert ours["lint"][settings] == theirs["lint"][settings]
    exceptions = [project["lint"]["per-file-ignores"] for project in (ours, theirs)]
    assert exceptions[0].items() >= exceptions[1].items()


def test_this_repository_is_typed_like_a_service(
    projects: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    ours, theirs = (project["mypy"] for project in projects)
    assert without(ours, EXTRA_MYPY) == without(theirs, EXTRA_MYPY)


def test_this_repository_has_the_tasks_of_a_service(
    projects: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    ours, theirs = (project["poe"]["tasks"] for project in projects)
    for name in SHARED_TASKS:
        assert without(ours[name], {"help"}) == without(theirs[name], {"help"})
    names = [name for step in theirs["check"]["sequence"] for name in side_by_side(step)]
    own_checks = [name for name in names if name not in EXTRA_CHECKS]
    assert [*own_checks, "test"] == ours["check"]["sequence"]
    assert all(task["help"] for task in (*ours.values(), *theirs.values()))


@pytest.mark.parametrize("file", ["pyproject.toml", "template/pyproject.toml.jinja"])
def test_every_direct_dependency_says_why_it_is_there(file: str) -> None:
    text = (TEMPLATE / file).read_text()
    lists = re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    lines = [line for found in lists for line in TAG.sub("", found).splitlines() if line]
    assert lines
    assert not [line for line in lines if not DEPENDENCY.fullmatch(line)]


def test_both_readmes_list_the_same_types(default_render: Path) -> None:
    tables = [
        re.findall(r"^\| `\w+` \| .* \| `optional`.*$", file.read_text(), re.MULTILINE)
        for file in (TEMPLATE / "README.md", default_render / "README.md")
    ]
    assert tables[0] == tables[1] != []


def test_no_file_names_a_machine_or_a_registry() -> None:
    for path in committed():
        assert not MACHINE.search(path.read_text()), path


def test_modules_are_small(default_render: Path) -> None:
    modules = [*default_render.rglob("*.py"), *(TEMPLATE / "tests").rglob("*.py")]
    lengths = {path: len(path.read_text().splitlines()) for path in modules}
    assert not [path for path, length in lengths.items() if length > LONGEST_MODULE]


def test_a_service_is_small(default_render: Path) -> None:
    lines = {
        path.relative_to(default_render).as_posix(): len(path.read_bytes().splitlines())
        for path in default_render.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sum(lines.values()) <= MOST_LINES
    tools = [count for path, count in lines.items() if path.startswith("tools/")]
    assert sum(tools) <= MOST_LINES_OF_TOOLS


def test_no_folder_of_a_service_is_a_maze(default_render: Path) -> None:
    folders = [path for path in default_render.rglob("*") if path.is_dir()]
    crowded = {
        folder: len(entries)
        for folder in folders
        if len(entries := [each for each in folder.iterdir() if each.name != "__pycache__"])
        > MOST_NEIGHBOURS
    }
    assert not crowded


def test_nothing_private_of_copier_or_jinja_is_used() -> None:
    modules = [path for path in committed() if path.suffix == ".py" and path != Path(__file__)]
    assert modules
    assert not [path for path in modules if PRIVATE.search(path.read_text())]


def side_by_side(step: str | dict[str, Any]) -> list[str]:
    """Return the tasks that a step of a sequence runs."""
    return [step] if isinstance(step, str) else step["parallel"]


def without(settings: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Return the settings but for some."""
    return {name: value for name, value in settings.items() if name not in names}
