"""A service of any release so far reaches the template as it stands, whatever way its owner takes."""

import os
import shutil
import sys
from pathlib import Path
from random import Random
from typing import Final

import pytest
import yaml
from copier import run_copy
from filelock import FileLock

from tests.conftest import sync
from tests.repositories import commit, git
from tests.running import done, scaffold
from tests.support import Service
from tests.updates.command import ANSWERS, FINISH, owners_side, release, status
from tests.updates.merging import merge_renders
from tests.updates.outcome import ONCE, Files, comparable, files_in
from tests.updates.owner_edits import SOUND
from tests.updates.releases import HEAD, NEXT, last_of_minors, released, with_history
from tests.updates.text import append, apply, replace
from tests.updates.trial import Renders, answers_at, bound, try_updates

RELEASES: Final = list(released())
EVERY: Final = bool(os.environ.get("EVERY_RELEASE"))  # or else the last ones of minor versions
UPDATES: Final = 2  # of edited services of each release; `poe trial` tries hundreds
OWN_UPDATER: Final = ("v0.3.", "v0.4.", "v0.5.")  # in the tools/ of their services
TAGS: Final = RELEASES if EVERY else last_of_minors()
# The first and the last of them, or all.
UPDATERS: Final = [tag for tag in TAGS if tag.startswith(OWN_UPDATER)][:: 1 if EVERY else 2]

pytestmark = pytest.mark.slow


@pytest.fixture
def template(template_files: Path, tmp_path: Path) -> Path:
    """The template with all its releases, and as it stands as the newest."""
    return with_history(tmp_path / "template", template_files)


@pytest.fixture(scope="module")
def old_environment(
    environment: Path, shared: Path, template_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The environment of the last release whose services have an updater of their own.

    The fixture that it needs runs the PostgreSQL which all services share.
    """
    place = shared / "old-environment"
    with FileLock(f"{place}.lock"):
        if not place.exists():
            base = tmp_path_factory.mktemp("old")
            source = str(with_history(base / "template", template_files))
            run_copy(source, base / "service", vcs_ref=UPDATERS[-1], defaults=True, quiet=True)
            sync(base / "service", place, sys.executable)
    assert place != environment
    return place


def committed(template: Path, place: Path, tag: str) -> Path:
    """Render a shop of a release, and put it under version control."""
    run_copy(str(template), place, answers_at(tag), vcs_ref=tag, defaults=True, quiet=True)
    git(place, "init", "--quiet", "--initial-branch=main")
    commit(place)
    return place


def migrations_of(place: Path) -> Files:
    """Return the migrations of a service."""
    return {path.name: path.read_text() for path in (place / ONCE).glob("*.py")}


def modules_in(folder: Path) -> set[str]:
    """Return the modules of a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}


def assert_fresh(place: Path, fresh: Path) -> None:
    """Require that a service is as a release renders it for the same answers."""
    assert comparable(files_in(place)) == comparable(files_in(fresh))


@pytest.mark.parametrize("tag", RELEASES)
def test_services_of_each_release_reach_the_newest(
    template: Path, tmp_path: Path, tag: str
) -> None:
    renders = Renders(template, tmp_path, answers_at(tag))
    place = shutil.copytree(renders.of(tag), tmp_path / "unedited")
    git(place, "init", "--quiet")
    commit(place)
    assert not merge_renders(place, renders.of(tag), renders.of(HEAD))
    assert_fresh(place, renders.of(HEAD))
    assert migrations_of(place) == migrations_of(renders.of(tag))
    trials = try_updates(renders, tag, HEAD, UPDATES)
    wrong = [str(trial) for trial in trials if trial.outcome.wrong]
    assert not wrong, "\n".join(wrong)


def test_the_command_updates_a_service_of_the_first_release(
    template: Path, tmp_path: Path, environment: Path
) -> None:
    answers = answers_at(RELEASES[0])
    place = committed(template, tmp_path / "service", RELEASES[0])
    output = done(Service(place, environment), "update", "--to", HEAD)
    assert f"{RELEASES[0]} -> {HEAD}" in output
    assert 'wanted: uv run poe makemigration "follow the template"' in output
    run_copy(str(template), tmp_path / "fresh", answers, vcs_ref=HEAD, defaults=True, quiet=True)
    assert_fresh(place, tmp_path / "fresh")


def test_an_edited_service_is_green_after_an_update(
    template: Path, tmp_path: Path, environment: Path
) -> None:
    place = committed(template, tmp_path / "service", RELEASES[-1])
    edits = [bound(edit, Random(edit.__name__)) for edit in SOUND]
    assert len(apply(edits, place)) == len(SOUND)
    commit(place)
    service = Service(place, environment)
    if "none is wanted" not in done(service, "update", "--to", HEAD):
        service.run("poe", "makemigration", "follow the template")
    service.run("poe", "fix")
    service.run("ruff", "check", ".")
    service.run("mypy")
    service.run("pytest", "--quiet")


@pytest.mark.parametrize("tag", UPDATERS)
def test_the_updater_of_an_old_service_reaches_the_newest(
    template: Path, tmp_path: Path, environment: Path, old_environment: Path, tag: str
) -> None:
    place = committed(template, tmp_path / "service", tag)
    old, new = Service(place, old_environment), Service(place, environment)
    append(place / "app" / "services" / "product_service.py", "\nOWN = 1\n")
    commit(place)
    if EVERY or tag == UPDATERS[-1]:
        for change in ("add bill no:int", "change bill paid:bool:default=false --drop no"):
            old.run("poe", "resource", *change.split())
            commit(place)
    migrations = migrations_of(place)

    output = old.run("poe", "update")

    assert "up to date" in output
    assert "none is wanted" in output
    commit(place)
    assert f"_commit: {HEAD}" in (place / ANSWERS).read_text()
    assert (place / "app/services/product_service.py").read_text().endswith("\nOWN = 1\n")
    assert migrations_of(place) == migrations
    recorded = yaml.safe_load((place / ANSWERS).read_text())
    answers = {name: value for name, value in recorded.items() if not name.startswith("_")}
    run_copy(str(template), tmp_path / "fresh", answers, vcs_ref=HEAD, defaults=True, quiet=True)
    assert modules_in(place / "tools") == modules_in(tmp_path / "fresh" / "tools")
    append(template / "template" / "app" / "main.py.jinja", "\nLATER = 1\n")
    release(template, NEXT)
    assert "none is wanted" in done(new, "update", "--to", NEXT)
    assert status(place) == [f"M  {ANSWERS}", "M  app/main.py"]
    assert (place / "app" / "main.py").read_text().endswith("\nLATER = 1\n")


def test_a_conflict_of_an_old_updater_is_finished_by_the_new_command(
    template: Path, tmp_path: Path, environment: Path, old_environment: Path
) -> None:
    place = committed(template, tmp_path / "service", UPDATERS[-1])
    line = "    install_error_handlers(app)\n"
    replace(place / "app" / "main.py", line, line.replace("app", "app=app"))
    commit(place)
    replace(
        template / "template" / "app" / "main.py.jinja",
        line,
        line.replace("install", "None or install"),
    )
    release(template, NEXT)

    code, output = Service(place, old_environment).attempt("poe", "update")

    assert code == 1
    assert FINISH in output
    new = Service(place, environment)
    code, output = scaffold(new, "update", "--continue")
    assert code == 1
    assert "  app/main.py:" in output
    owners_side(place / "app" / "main.py")
    assert "none is wanted" in done(new, "update", "--continue")
    assert "install_error_handlers(app=app)" in (place / "app" / "main.py").read_text()
    assert not git(place, "diff", "--name-only", "--diff-filter=U")
