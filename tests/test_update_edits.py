"""An update keeps every line that an owner wrote, and conflicts only where both changed the same."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

import pytest
from filelock import FileLock

from tests.repositories import commit, git
from tests.support import Service
from tests.updates.merging import Merger, merger
from tests.updates.outcome import files_in
from tests.updates.owner_edits import EDITS, SOUND, Edit
from tests.updates.releases import BASE, HEAD, last_of_minors, released, with_changes, with_history
from tests.updates.template_changes import CHANGES, TemplateChange
from tests.updates.trial import ANSWERS, Renders, try_updates

RELEASES: Final = 6
UPDATES: Final = 2  # of each release; `poe trial` tries hundreds
MINORS: Final = last_of_minors()
FIRST_AND_LAST: Final = sorted({*MINORS[:1], *MINORS[-2:]})


@pytest.fixture(scope="module")
def changes(template_files: Path, shared: Path) -> dict[str, list[str]]:
    """The changes in each synthetic release, whose repository is made once."""
    made = shared / "synthetic.json"
    with FileLock(f"{made}.lock"):
        if not made.exists():
            made.write_text(
                json.dumps(with_changes(shared / "synthetic", template_files, RELEASES))
            )
    found: dict[str, list[str]] = json.loads(made.read_text())
    return found


@pytest.fixture(scope="module")
def merging(service: Service) -> Iterator[Merger]:
    """What updates all services of this module."""
    with merger(service) as process:
        yield process


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, RELEASES + 1))
def test_edits_survive_a_release(
    merging: Merger, shared: Path, changes: dict[str, list[str]], tmp_path: Path, number: int
) -> None:
    tag = f"v1.0.{number}"
    renders = Renders(shared / "synthetic", tmp_path, ANSWERS)
    trials = try_updates(merging, renders, BASE, tag, UPDATES)
    wrong = [str(trial) for trial in trials if trial.outcome.wrong]
    assert not wrong, "\n".join([f"{tag} with {', '.join(changes[tag])}", *wrong])


@pytest.mark.slow
@pytest.mark.parametrize("tag", FIRST_AND_LAST)
def test_edits_survive_all_releases_since(
    merging: Merger, template_files: Path, tmp_path: Path, tag: str
) -> None:
    template = with_history(tmp_path / "template", template_files)
    renders = Renders(template, tmp_path, {"service_name": "shop"})
    trials = try_updates(merging, renders, tag, HEAD, UPDATES)
    wrong = [str(trial) for trial in trials if trial.outcome.wrong]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_an_edited_service_is_green_after_all_releases_since(
    merging: Merger, environment: Path, template_files: Path, tmp_path: Path
) -> None:
    tag = list(released())[-2]
    template = with_history(tmp_path / "template", template_files)
    place = Renders(template, tmp_path, {"service_name": "shop"}).of(tag)
    for edit in SOUND:
        edit(place, Random(edit.__name__))
    git(place, "init", "--quiet")
    commit(place)
    assert not merging.merge(place, HEAD)
    updated = Service(place, environment)
    updated.attempt("poe", "makemigration", "follow the template")
    updated.run("poe", "fix")
    updated.run("ruff", "check", ".")
    updated.run("mypy")
    updated.run("pytest", "--quiet")


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_each_edit_changes_the_service(committed_service: Path, tmp_path: Path, edit: Edit) -> None:
    place = tmp_path / "service"
    shutil.copytree(committed_service, place)
    edit(place, Random(1))
    assert files_in(place) != files_in(committed_service)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_each_change_changes_the_template(
    template_files: Path, tmp_path: Path, change: TemplateChange
) -> None:
    place, before = tmp_path / "template", template_files / "template"
    shutil.copytree(before, place)
    change(place)
    assert files_in(place) != files_in(before)
