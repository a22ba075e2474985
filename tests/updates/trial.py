"""Updates of edited services, tried by the dozen."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from pathlib import Path
from random import Random
from typing import Final

from copier import run_copy

from tests.answer_sets import REF, Spec, resource
from tests.repositories import commit, git
from tests.updates.merging import merge_renders
from tests.updates.outcome import Outcome, Texts, files_in, judge
from tests.updates.owner_edits import EDITS
from tests.updates.text import Moves, apply

MOST_EDITS: Final = 10
RESOURCES: Final[list[Spec]] = [
    resource("product", name={"type": "str", "min_length": 1, "max_length": 100}),
    resource("order_item", product=REF | {"to": "product"}),
]
NO_REFERENCES: Final = ("v0.1.",)  # that these releases know between resources


@dataclass(frozen=True)
class Trial:
    """One service, what its owner did to it, and how an update to a release went."""

    place: Path
    edits: list[str]
    outcome: Outcome

    def __str__(self) -> str:
        return f"{', '.join(self.edits)}: {'; '.join(self.outcome.wrong)}"


@dataclass(frozen=True)
class Renders:
    """What the releases of a template render for the same answers, each once."""

    template: Path
    folder: Path
    answers: Spec

    def of(self, tag: str) -> Path:
        """Return the service as a release renders it."""
        place = self.folder / tag
        if not place.exists():
            source = str(self.template)
            run_copy(source, place, data=self.answers, vcs_ref=tag, defaults=True, quiet=True)
        return place


def answers_at(tag: str) -> Spec:
    """Return the answers of a shop, as far as a release takes them."""
    few = tag.startswith(NO_REFERENCES)
    return {"service_name": "shop", "resources": RESOURCES[:1] if few else RESOURCES}


def try_updates(renders: Renders, start: str, end: str, updates: int) -> list[Trial]:
    """Have an owner edit the service of one release at random, and update it to another.

    Args:
        renders: The template's releases.
        start: The tag of the release that the owner starts from.
        end: The tag of the release to update to.
        updates: How many edited services to try.
    """
    base, template = (files_in(renders.of(tag)) for tag in (start, end))
    trials = []
    for number in range(updates):
        place = renders.folder / f"{start}-{end}-{number}"
        shutil.copytree(renders.of(start), place)
        edits, moves = edit(place, Random(place.name))
        git(place, "init", "--quiet")
        commit(place)
        owner = files_in(place)
        reported = merge_renders(place, renders.of(start), renders.of(end))
        texts = Texts(base, owner, template, moves)
        outcome = judge(texts, files_in(place), reported)
        trials.append(Trial(place, edits, outcome))
    return trials


def edit(place: Path, draw: Random) -> tuple[list[str], Moves]:
    """Change a service as its owner may, and return the names of the edits and what they moved."""
    chosen = draw.sample(EDITS, draw.randint(1, MOST_EDITS))
    moves: Moves = {}
    done = apply([bound(change, draw) for change in chosen], place)
    for _, moved in done:
        first = {new: old for old, new in moves.items()}
        moves |= {first.get(old, old): new for old, new in (moved or {}).items()}
    return [name for name, _ in done], moves


def bound(
    change: Callable[[Path, Random], Moves | None], draw: Random
) -> Callable[[Path], Moves | None]:
    """Return an edit that takes its numbers from this draw."""
    return update_wrapper(lambda place: change(place, draw), change)
