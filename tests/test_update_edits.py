"""An update keeps every line that an owner wrote, and conflicts only where both changed the same."""

import json
import shutil
from pathlib import Path
from random import Random
from typing import Final

import pytest
from filelock import FileLock

from tests.updates.outcome import files_in
from tests.updates.owner_edits import EDITS, Edit
from tests.updates.releases import BASE, with_changes
from tests.updates.template_changes import CHANGES, TemplateChange
from tests.updates.trial import Renders, answers_at, try_updates

RELEASES: Final = 6
UPDATES: Final = 5  # of each release; `poe trial` tries hundreds


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
def renders(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Renders:
    """What these releases render, each once for a worker."""
    return Renders(shared / "synthetic", tmp_path_factory.mktemp("renders"), answers_at(BASE))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, RELEASES + 1))
def test_edits_survive_a_release(
    renders: Renders, changes: dict[str, list[str]], number: int
) -> None:
    tag = f"v1.0.{number}"
    trials = try_updates(renders, BASE, tag, UPDATES)
    wrong = [str(trial) for trial in trials if trial.outcome.wrong]
    assert not wrong, "\n".join([f"{tag} with {', '.join(changes[tag])}", *wrong])


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
