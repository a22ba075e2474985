"""A service knows for good where it came from, and an update keeps what its owner wrote."""

import shutil
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from copier import run_copy, run_update
from jinja2 import Environment, FileSystemLoader

from tests.answer_sets import resource
from tests.repositories import commit, git
from tests.support import TEMPLATE
from tests.updates.command import ANSWERS, change_answers, copier
from tests.updates.text import replace

REMOTE: Final = (
    "gh:owner/template",
    "gl:owner/group/template.git",
    "git@example.com:owner/template.git",
    "https://example.com/owner/template",
    "git+https://example.com/owner/template",
    "git+ssh://git@example.com/owner/template.git",
    "ssh://git@example.com/owner/template.git",
    "file:///srv/template",
    "~/template",
    "~owner/template",
    "/srv/template",
)


def answers_of(service: Path) -> dict[str, Any]:
    """Return the answers that a service remembers."""
    answers: dict[str, Any] = yaml.safe_load((service / ANSWERS).read_text())
    return answers


@pytest.fixture(scope="module")
def pair(template_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the template with its first release, and a service of it, to copy."""
    base = tmp_path_factory.mktemp("pair")
    template, service = base / "template", base / "service"
    shutil.copytree(template_files, template)
    git(template, "init", "--quiet")
    commit(template)
    git(template, "tag", "v0.0.1")
    answers = {"resources": [resource("product"), resource("order")]}
    run_copy(str(template), service, data=answers, defaults=True, quiet=True)
    return base


@pytest.fixture
def template(pair: Path, tmp_path: Path) -> Path:
    """A repository of the template as it stands, with its first release."""
    return shutil.copytree(pair / "template", tmp_path / "template")


@pytest.fixture
def service(pair: Path, template: Path, tmp_path: Path) -> Path:
    """A service of that release under version control, with two resources."""
    place = shutil.copytree(pair / "service", tmp_path / "service")
    replace(place / ANSWERS, str(pair / "template"), str(template))
    git(place, "init", "--quiet")
    commit(place)
    return place


@pytest.mark.parametrize(
    ("folder", "source"),
    [(".", "./template"), ("elsewhere", "../template"), ("template", ".")],
)
def test_a_relative_source_is_remembered_as_absolute(
    template: Path, tmp_path: Path, folder: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / folder).mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / folder)
    run_copy(source, tmp_path / "service", defaults=True, quiet=True)
    assert answers_of(tmp_path / "service")["_src_path"] == str(template)


@pytest.mark.parametrize("source", REMOTE)
def test_a_source_that_means_the_same_everywhere_is_kept(source: str) -> None:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE / "template"),
        extensions=["jinja2_ansible_filters.AnsibleCoreFiltersExtension"],
    )
    file = environment.get_template("{{ _copier_conf.answers_file }}.jinja")
    text = file.render(_copier_answers={"_src_path": source, "_commit": "v0.0.1"})
    assert yaml.safe_load(text) == {"_src_path": source, "_commit": "v0.0.1"}


@pytest.mark.slow
def test_a_source_in_the_home_folder_is_found_again(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    service = tmp_path / "service"
    run_copy(f"~/{template.name}", service, defaults=True, quiet=True)
    git(service, "init", "--quiet")
    commit(service)
    release(template)
    run_update(service, defaults=True, overwrite=True, quiet=True)
    assert answers_of(service)["_src_path"] == "~/template"
    assert answers_of(service)["_commit"] == "v0.0.2"


@pytest.mark.slow
def test_an_update_brings_the_release_and_keeps_all_else(template: Path, tmp_path: Path) -> None:
    answers = {"resources": [resource("product")], "description": "Sells.", "ci": "none"}
    service = tmp_path / "service"
    (tmp_path / "answers.yml").write_text(yaml.safe_dump(answers))
    from_elsewhere = ["copy", "--quiet", "--defaults", "--data-file", "../answers.yml"]
    (tmp_path / "elsewhere").mkdir()
    copier(tmp_path / "elsewhere", *from_elsewhere, "../template", "../service")
    (service / "app" / "own.py").write_text('"""Written by the owner."""\n')
    git(service, "init", "--quiet")
    commit(service)
    before = answers_of(service)

    release(template)
    copier(service, "update", "--quiet", "--defaults")

    assert "a later release" in (service / "app" / "main.py").read_text()
    assert (service / "app" / "own.py").exists()
    assert answers_of(service) == before | {"_commit": "v0.0.2"}
    assert git(service, "status", "--short").split() == ["M", ANSWERS, "M", "app/main.py"]


@pytest.mark.slow
def test_an_update_leaves_migrations_alone(template: Path, service: Path) -> None:
    versions = service / "migrations" / "versions"
    (versions / "0001_initial.py").write_text("# edited\n")
    (versions / "0002_next.py").write_text("# added\n")
    commit(service)
    release(template, "migrations/versions/0001_initial.py.jinja")
    resources = [resource("product", price={"type": "float"}), resource("bill")]
    change_answers(service, {"resources": resources})
    assert contents(versions) == {"0001_initial.py": "# edited\n", "0002_next.py": "# added\n"}


@pytest.mark.slow
def test_an_update_does_not_bring_a_deleted_migration_back(template: Path, service: Path) -> None:
    versions = service / "migrations" / "versions"
    (versions / "0001_initial.py").rename(versions / "0001_squashed.py")
    commit(service)
    release(template, "migrations/versions/0001_initial.py.jinja")
    run_update(service, defaults=True, overwrite=True, quiet=True)
    assert list(contents(versions)) == ["0001_squashed.py"]


@pytest.mark.slow
def test_files_come_and_go_with_their_resource_and_the_owners_lines_stay(service: Path) -> None:
    module = service / "app" / "services" / "product_service.py"
    module.write_text(module.read_text() + "\n\nOWN = 1\n")
    commit(service)
    before = set(git(service, "ls-files").splitlines())
    resources = [resource("product", price={"type": "float"}), resource("bill")]
    change_answers(service, {"resources": resources})
    git(service, "add", "--all")
    after = set(git(service, "ls-files").splitlines())
    assert {Path(path).name for path in before - after} == files_of("order")
    assert {Path(path).name for path in after - before} == files_of("bill")
    assert answers_of(service)["_commit"] == "v0.0.1"
    assert [entry["name"] for entry in answers_of(service)["resources"]] == ["product", "bill"]
    assert module.read_text().endswith("\n\nOWN = 1\n")
    assert "price: float" in (service / "app" / "models" / "product.py").read_text()


def release(template: Path, changed: str = "app/main.py.jinja") -> None:
    """Release a second version of the template with a change at the end of a file."""
    file = template / "template" / changed
    file.write_text(file.read_text() + "\n# a later release\n")
    commit(template)
    git(template, "tag", "v0.0.2")


def contents(folder: Path) -> dict[str, str]:
    """Return the modules in a folder with their texts."""
    return {path.name: path.read_text() for path in sorted(folder.glob("*.py"))}


def files_of(name: str) -> set[str]:
    """Return the names of the files that a resource has, its endpoints' among them."""
    return {
        f"{name}.py",
        f"{name}s.py",
        f"{name}_service.py",
        f"test_{name}_endpoints.py",
        f"test_{name}_service.py",
    }
