"""`poe trial`: what becomes of edited services under hundreds of updates, and where they conflict."""

import json
import shutil
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.common import ROOT, run, variables
from tests.support import Service, copy_template
from tests.updates.merging import merger
from tests.updates.releases import BASE, with_changes
from tests.updates.trial import ANSWERS, Renders, Trial, try_updates

UPDATES_OF_A_RELEASE: Final = 10
RESULT: Final = ROOT / "benchmarks" / "updates"
MOST: Final = 12


def main(updates: int) -> None:
    """Try this many updates, and write down what became of them."""
    with tempfile.TemporaryDirectory(prefix="trial-") as folder:
        place = Path(folder)
        files = copy_template(place / "files")
        changes = with_changes(place / "template", files, -(-updates // UPDATES_OF_A_RELEASE))
        tools = Service(place / "tools", place / "environment")
        renders = Renders(place / "template", place, ANSWERS)
        shutil.copytree(renders.of(BASE), tools.path)
        sync = ["uv", "sync", "--quiet", "--python", sys.executable]
        environment = variables(tools.environment, UV_PROJECT_ENVIRONMENT=str(tools.environment))
        run(sync, tools.path, environment)
        found: list[tuple[list[str], Trial]] = []
        with merger(tools) as merging:
            for tag, names in changes.items():
                trials = try_updates(merging, renders, BASE, tag, UPDATES_OF_A_RELEASE)
                found += [(names, trial) for trial in trials]
                for trial in trials:
                    shutil.rmtree(trial.place)
                wrong = sum(bool(trial.outcome.wrong) for trial in trials)
                sys.stdout.write(f"{tag}: {wrong} wrong\n")
                sys.stdout.flush()
    summed = summary(found)
    RESULT.with_suffix(".json").write_text(json.dumps(summed, indent=2) + "\n")
    RESULT.with_suffix(".md").write_text(report(summed))


def summary(found: list[tuple[list[str], Trial]]) -> dict[str, Any]:
    """Count what became of the updates."""
    conflicts = Counter(path for _, trial in found for path in trial.outcome.conflicts)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "updates": len(found),
        "edits": sum(len(trial.edits) for _, trial in found),
        "pairs": sum(len(names) * len(trial.edits) for names, trial in found),
        "clean": sum(not trial.outcome.conflicts for _, trial in found),
        "files": sum(trial.outcome.files for _, trial in found),
        "conflicts": dict(conflicts.most_common()),
        "wrong": [str(trial) for _, trial in found if trial.outcome.wrong],
    }


def report(summed: dict[str, Any]) -> str:
    """Return the counts as Markdown."""
    conflicts = summed["conflicts"]
    rows = [f"| `{path}` | {count} |" for path, count in list(conflicts.items())[:MOST]]
    return f"""\
# Updates of edited services

`uv run poe trial --updates {summed["updates"]}` on {summed["date"]}: each update merges a release with one to eight
drawn changes of the template into a service with one to ten drawn edits of its owner, and each file
of the result is compared with the three-way merge of the three texts, worked out by git alone.

| | |
| --- | ---: |
| updates | {summed["updates"]} |
| edits of owners | {summed["edits"]} |
| pairs of an edit and a change of the template | {summed["pairs"]} |
| files that both had changed | {summed["files"]} |
| updates without any conflict | {summed["clean"]} |
| files in conflict, each with changes to the same or adjacent lines | {sum(conflicts.values())} |
| lines lost, conflicts not reported, other differences | {len(summed["wrong"])} |

Where they conflict (drawn changes meet far more often than those of real releases):

| file | conflicts |
| --- | ---: |
{chr(10).join(rows)}
"""
