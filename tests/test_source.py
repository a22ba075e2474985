"""A service knows for good where it came from, and an update keeps what its owner wrote."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from copier import run_copy, run_update
from copier._jinja_ext import SandboxedEnvironment
from jinja2 import FileSystemLoader

from tests.answer_sets import resource
from tests.repositories import commit, git
from tests.support import TEMPLATE, Service
from tests.updates.command import change_answers

ANSWERS: Final = ".copier-answers.yml"
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


def copier(place: Path, *arguments: str) -> None:
    """Run Copier in a folder, as a user does."""
    program = Path(sys.executable).parent / "copier"
    done = subprocess.run(
        [program, *arguments],
        cwd=place,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def answers_of(service: Path) -> dict[str, Any]:
    """Return the answers that a service remembers."""
    answers: dict[str, Any] = yaml.safe_load((service / ANSWERS).read_text())
    return answers


@pytest.fixture
def template(template_files: Path, tmp_path: Path) -> Path:
    """A repository of the template as it stands, with its first release."""
    place = tmp_path / "template"
    shutil.copytree(template_files, place)
    git(place, "init", "--quiet")
    commit(place)
    git(place, "tag", "v0.0.1")
    return place


@pytest.fixture
def service(template: Path, tmp_path: Path) -> Path:
    """A service of that release under version control, with two resources."""
    place = tmp_path / "service"
    answers = {"resources": [resource("product"), resource("order")]}
    run_copy(str(template), place, data=answers, defaults=True, quiet=True)
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
    environment = SandboxedEnvironment(
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
def test_an_answer_that_a_release_refuses_stops_the_update(
    template: Path, service: Path, environment: Path
) -> None:
    validate = template / "template" / "_macros" / "validate.jinja"
    validate.write_text("{% if resources %}Write no resources any more.{% endif %}")
    commit(template)
    git(template, "tag", "v0.0.2")
    code, output = Service(service, environment).attempt("poe", "update")
    assert code != 0
    assert "Write no resources any more." in output
    assert git(service, "status", "--short") == ""


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
def test_files_come_and_go_with_their_resource(service: Path) -> None:
    before = set(git(service, "ls-files").splitlines())
    change_answers(service, {"resources": [resource("product"), resource("bill")]})
    git(service, "add", "--all")
    after = set(git(service, "ls-files").splitlines())
    assert {Path(path).name for path in before - after} == files_of("order")
    assert {Path(path).name for path in after - before} == files_of("bill")
    assert answers_of(service)["_commit"] == "v0.0.1"
    assert [entry["name"] for entry in answers_of(service)["resources"]] == ["product", "bill"]


@pytest.mark.slow
def test_a_new_field_keeps_what_the_owner_wrote(service: Path) -> None:
    module = service / "app" / "services" / "product_service.py"
    module.write_text(module.read_text() + "\n\nOWN = 1\n")
    commit(service)
    resources = [resource("product", price={"type": "float"}), resource("order")]
    change_answers(service, {"resources": resources})
    assert module.read_text().endswith("\n\nOWN = 1\n")
    assert "price: float" in (service / "app" / "models" / "product.py").read_text()


def release(template: Path, changed: str = "app/main.py") -> None:
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
