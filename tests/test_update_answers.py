"""Plain Copier: a service that nobody edited becomes a fresh render of the newest release."""

from pathlib import Path
from typing import Final

import pytest
import yaml
from copier import run_copy, run_update

from tests.answer_sets import Spec, resource
from tests.repositories import commit, git
from tests.updates.command import change_answers
from tests.updates.outcome import ONCE, comparable, files_in
from tests.updates.releases import HEAD, last_of_minors, released, with_history
from tests.updates.trial import Renders

# The last release of each minor version, with answers that it takes.
SHOP: Final[Spec] = {"service_name": "shop"}
NOTHING: Final[Spec] = {"service_name": "shop", "resources": [], "ci": "gitlab"}
PAST: Final = [*((tag, SHOP) for tag in last_of_minors()), (next(iter(released())), NOTHING)]
# One after the other, on the same service.
SWITCHES: Final[list[Spec]] = [
    {"ci": "gitlab", "description": "Sells what there is.", "features": []},
    {
        "service_name": "market",
        "author": "Jane Doe <jane@example.com>",
        "ci": "none",
        "resources": [resource("product"), resource("order", "orders")],
    },
    {"resources": [], "ci": "github", "author": "", "features": ["container", "kubernetes"]},
    {"features": ["auth"], "resources": [resource("note")]},
    {"features": ["assistants", "auth"], "resources": [resource("note") | {"owned": True}]},
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def template(template_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with all its releases, and as it stands as the newest."""
    return with_history(tmp_path_factory.mktemp("history") / "template", template_files)


@pytest.fixture(scope="module")
def newest(template: Path) -> Renders:
    """What the newest release renders for a shop, once for all that become so."""
    return Renders(template, template.parent / "newest", SHOP)


def render(template: Path, place: Path, tag: str, answers: Spec) -> Path:
    """Render a service of a release."""
    run_copy(str(template), place, data=answers, vcs_ref=tag, defaults=True, quiet=True)
    return place


def assert_fresh(place: Path, renders: Renders) -> None:
    """Require that a service is as the newest release renders it."""
    assert comparable(files_in(place)) == comparable(files_in(renders.of(HEAD)))


@pytest.mark.parametrize(("tag", "answers"), PAST)
def test_each_release_becomes_the_newest(
    template: Path, newest: Renders, tmp_path: Path, tag: str, answers: Spec
) -> None:
    place = render(template, tmp_path / "service", tag, answers)
    git(place, "init", "--quiet")
    commit(place)
    migrations = {path: text for path, text in files_in(place).items() if path.startswith(ONCE)}
    recorded = yaml.safe_load((place / ".copier-answers.yml").read_text())
    kept = {name: recorded[name] for name in ("features",) if name in recorded}
    run_update(place, defaults=True, overwrite=True, quiet=True)
    other = Renders(template, tmp_path / "fresh", answers | kept)
    assert_fresh(place, newest if answers | kept == SHOP else other)
    assert {path: files_in(place)[path] for path in migrations} == migrations


def test_answers_can_be_switched_later(template: Path, tmp_path: Path) -> None:
    answers = SHOP
    place = render(template, tmp_path / "service", HEAD, answers)
    git(place, "init", "--quiet")
    for number, switch in enumerate(SWITCHES):
        commit(place)
        answers |= switch
        change_answers(place, switch)
        assert_fresh(place, Renders(template, tmp_path / f"fresh-{number}", answers))
