"""`poe trial`: what becomes of edited services under hundreds of updates, and where they conflict."""

import json
import shutil
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.common import ROOT
from tests.support import copy_template
from tests.updates.releases import BASE, HEAD, released, with_changes, with_history
from tests.updates.trial import Renders, Trial, answers_at, try_updates

UPDATES_OF_A_RELEASE: Final = 10
RESULT: Final = ROOT / "benchmarks" / "updates"
MOST: Final = 12


def main(updates: int) -> None:
    """Try this many updates, and a tenth of it from real releases; write down the results."""
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        place = Path(folder)
        files = copy_template(place / "files")
        changes = with_changes(place / "drawn", files, -(-updates // UPDATES_OF_A_RELEASE))
        renders = Renders(place / "drawn", place / "of-drawn", answers_at(HEAD))
        found = [
            (names, trial)
            for tag, names in changes.items()
            for trial in tried(renders, BASE, tag, UPDATES_OF_A_RELEASE)
        ]
        history, tags = with_history(place / "history", files), list(released())
        past = [
            trial
            for tag in tags
            for trial in tried(
                Renders(history, place / "of-past", answers_at(tag)),
                tag,
                HEAD,
                -(-updates // UPDATES_OF_A_RELEASE // len(tags)),
            )
        ]
    summed = summary(found, past)
    RESULT.with_suffix(".json").write_text(json.dumps(summed, indent=2) + "\n")
    RESULT.with_suffix(".md").write_text(report(summed))


def tried(renders: Renders, start: str, end: str, updates: int) -> list[Trial]:
    """Try updates from one release to another, and print how many went wrong."""
    trials = try_updates(renders, start, end, updates)
    for place in (*(trial.place for trial in trials), renders.folder / end):
        shutil.rmtree(place)
    wrong = sum(bool(trial.outcome.wrong) for trial in trials)
    sys.stdout.write(f"{start} -> {end}: {wrong} wrong\n")
    sys.stdout.flush()
    return trials


def summary(found: list[tuple[list[str], Trial]], past: list[Trial]) -> dict[str, Any]:
    """Count the results of the updates.

    Args:
        found: The updates to drawn releases, each with the names of the template's changes.
        past: The updates from real releases to the template as it stands.
    """
    conflicts = Counter(path for _, trial in found for path in trial.outcome.conflicts)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "updates": len(found),
        "edits": sum(len(trial.edits) for _, trial in found),
        "pairs": sum(len(names) * len(trial.edits) for names, trial in found),
        "clean": sum(not trial.outcome.conflicts for _, trial in found),
        "files": sum(trial.outcome.files for _, trial in found),
        "moved": sum(trial.outcome.moved for _, trial in found),
        "conflicts": dict(conflicts.most_common()),
        "wrong": [str(trial) for _, trial in found if trial.outcome.wrong],
        "past": {
            "updates": len(past),
            "files": sum(trial.outcome.files for trial in past),
            "conflicts": sum(len(trial.outcome.conflicts) for trial in past),
            "wrong": [str(trial) for trial in past if trial.outcome.wrong],
        },
    }


def report(summed: dict[str, Any]) -> str:
    """Return the counts as Markdown."""
    conflicts, past = summed["conflicts"], summed["past"]
    rows = [f"| `{path}` | {count} |" for path, count in list(conflicts.items())[:MOST]]
    return f"""\
# Updates of edited services

`uv run poe trial --updates {summed["updates"]}` on {summed["date"]}: each update merges a release with one to eight
random changes of the template into a service with one to ten random edits of its owner, and each file
of the result is compared with the three-way merge of the three texts by git alone.

| | |
| --- | ---: |
| updates | {summed["updates"]} |
| edits of owners | {summed["edits"]} |
| pairs of an edit and a change of the template | {summed["pairs"]} |
| files that both had changed | {summed["files"]} |
| files that both had changed and that one of them had moved | {summed["moved"]} |
| updates without any conflict | {summed["clean"]} |
| files in conflict: same or adjacent lines, deleted on one side, or moved by both | {sum(conflicts.values())} |
| updates with lines lost, conflicts not reported, or other differences | {len(summed["wrong"])} |

Where they conflict (random changes overlap far more often than those of real releases):

| file | conflicts |
| --- | ---: |
{chr(10).join(rows)}

From each release since v0.1.0, a service with one to ten random edits to the template as it stands:

| | |
| --- | ---: |
| updates | {past["updates"]} |
| files that both had changed | {past["files"]} |
| files in conflict | {past["conflicts"]} |
| updates with lines lost, conflicts not reported, or other differences | {len(past["wrong"])} |
"""
