"""`poe bench tools` and `poe bench suite`: how long the commands take, and how large a service is."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from benchmarks.common import (
    ROOT,
    commit,
    install,
    loop_milliseconds,
    machine,
    processor_seconds,
    run,
    seconds,
    variables,
)
from benchmarks.growth import ADD
from benchmarks.sizes import Size, bytes_in, size_of

ROUNDS: Final = 3
BEFORE: Final = "release: v0.5.1"  # the last release whose services contain the updater
NEXT: Final = "v999.0.0"
FIGURES: Final = ROOT / "benchmarks" / "tools.json"
COPY: Final = [sys.executable, "-m", "copier", "copy", "--quiet", "--defaults"]
UPDATE: Final = ["poe", "update"]
NOTE: Final = """\
The current template compared with v0.5.1, whose services contained the updater, in turn in one run. Each figure
is the median of the rounds, with the caches of uv and of the operating system warm; the suite of the
template runs once. `poe update` merges a release that changes one module. "From nothing" is `copier copy`,
`git init` with a first commit, `uv sync`, and `poe check`. The processor time is that of these programs,
without PostgreSQL. "Loop" is the time of a loop of a million rounds in Python before and after, which
shows the speed of the machine. Lines and files are those of the default service as rendered; installed are the
packages of its environment.
"""


class Times(NamedTuple):
    """Wall-clock seconds, CPU seconds, and milliseconds of the loop."""

    passed: float
    spent: float
    loop: float


LABELS: Final = {
    "render": "`copier copy` of the default answers",
    "add": "`poe resource add`",
    "update": "`poe update`",
    "check": "`poe check`",
    "nothing": "From nothing to every check green",
    "suite": "`uv run pytest` in this repository",
}


class Bench:
    """A repository of the template with two releases, and a service of the first one."""

    def __init__(self, folder: Path) -> None:
        """Choose the places, all in one folder."""
        self.folder = folder
        self.template, self.service = folder / "template", folder / "service"
        self.environment = folder / "environment"
        self.shell = variables(self.environment)

    def prepare(self, tree: Path) -> Size:
        """Make the releases from a tree of the template, and the service; return its size."""
        shutil.copytree(tree, self.template)
        commit(self.template)
        run(["git", "tag", "v99.0.0"], self.template)
        main = self.template / "template" / "app" / "main.py"
        main.write_text(f"{main.read_text()}\n# The next release.\n")
        commit(self.template)
        run(["git", "tag", NEXT], self.template)
        self.copy(self.service)
        size = size_of(self.service)
        install(self.service, self.environment)
        commit(self.service)
        for command in (ADD, UPDATE):  # fills the caches
            run(command, self.service, self.shell)
            self.clean()
        return size._replace(installed=bytes_in(self.environment))

    def copy(self, place: Path) -> None:
        """Render a service of the first release."""
        run([*COPY, "--vcs-ref=v99.0.0", str(self.template), str(place)], self.folder)

    def clean(self) -> None:
        """Undo what a command has changed."""
        run(["git", "reset", "--quiet", "--hard"], self.service)
        run(["git", "clean", "--quiet", "-fd"], self.service)

    def from_nothing(self, folder: Path) -> None:
        """Render a service, commit it, install it and check it."""
        place, environment = folder / "service", folder / "environment"
        self.copy(place)
        commit(place)
        install(place, environment)
        run(["poe", "check"], place, variables(environment))

    def measure(self, turn: int) -> dict[str, Times]:
        """Take every figure once."""
        place = self.folder / f"round-{turn}"
        steps: dict[str, Callable[[], object]] = {
            "render": lambda: self.copy(place / "one"),
            "add": lambda: run(ADD, self.service, self.shell),
            "update": lambda: run(UPDATE, self.service, self.shell),
            "check": lambda: run(["poe", "check"], self.service, self.shell),
            "nothing": lambda: self.from_nothing(place / "nothing"),
        }
        taken = {}
        for name, step in steps.items():
            taken[name] = timed(step)
            self.clean()
        shutil.rmtree(place)
        return taken


def main() -> None:
    """Measure what a person does with the commands, and write the figures and their table."""
    about = machine()
    with tempfile.TemporaryDirectory() as folder:
        benches = {name: Bench(Path(folder, name)) for name in ("before", "after")}
        trees = trees_in(Path(folder, "trees"))
        sizes = {name: bench.prepare(trees[name]) for name, bench in benches.items()}
        taken: dict[str, dict[str, list[Times]]] = {"before": {}, "after": {}}
        for turn in range(1, ROUNDS + 1):
            for name, bench in benches.items():
                sys.stdout.write(f"tools: round {turn} of {ROUNDS}, {name}\n")
                sys.stdout.flush()
                for step, times in bench.measure(turn).items():
                    taken[name].setdefault(step, []).append(times)
    found = {name: {"size": sizes[name]._asdict(), **taken[name]} for name in benches}
    save(about, found)


def trees_in(folder: Path) -> dict[str, Path]:
    """Write the template before and as it stands into folders."""
    before, after = folder / "before", folder / "after"
    run(["git", "clone", "--quiet", str(ROOT), str(before)], ROOT)
    found = run(["git", "log", "--format=%H", f"--grep=^{BEFORE}$", "-1"], before).strip()
    run(["git", "checkout", "--quiet", found], before)
    shutil.rmtree(before / ".git")
    for path in run(["git", "ls-files", "-co", "--exclude-standard"], ROOT).splitlines():
        if (ROOT / path).is_file():
            (after / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, after / path)
    return {"before": before, "after": after}


def suite() -> None:
    """Measure the suite of this repository, and add it to the figures."""
    about = machine()
    shell = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    pytest = [sys.executable, "-m", "pytest", "--quiet"]
    save(about, {"after": {"suite": [timed(lambda: run(pytest, ROOT, shell))]}})


def timed(step: Callable[[], object]) -> Times:
    """Return the times of a step, and of the loop before and after it."""
    loop, before = loop_milliseconds(), processor_seconds()
    passed = seconds(step)
    spent = processor_seconds() - before
    return Times(passed, spent, (loop + loop_milliseconds()) / 2)


def save(about: dict[str, Any], found: dict[str, dict[str, Any]]) -> None:
    """Write the figures beside those of other parts, and the table of all."""
    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    about |= {"load_after": machine()["load"]}
    for name, steps in found.items():
        for step, taken in steps.items():
            figures.setdefault(name, {})[step] = {"about": about, "taken": taken}
    FIGURES.write_text(f"{json.dumps(figures, indent=2)}\n")
    FIGURES.with_suffix(".md").write_text(report(figures))


def report(figures: dict[str, Any]) -> str:
    """Return the figures as a page in Markdown."""
    rows = [
        "| measure | v0.5.1, seconds | now, seconds | ratio | now, of a processor | loop, ms | measured |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    before, after = figures.get("before", {}), figures.get("after", {})
    for name, label in LABELS.items():
        if name in after:
            now = medians(after[name])
            old = medians(before[name]) if name in before else None
            ratio = f"{now.passed / old.passed:.2f}" if old else ""
            rows.append(
                f"| {label} | {f'{old.passed:.1f}' if old else ''} | {now.passed:.1f} | {ratio} |"
                f" {now.spent:.1f} | {now.loop:.0f} | {described(after[name]['about'])} |"
            )
    sizes = [f"\n{line}" for line in sizes_of(before, after)]
    table = "\n".join(rows) + "\n" + "".join(sizes)
    return f"# How long the commands take\n\n`uv run poe bench tools suite`.\n\n{NOTE}\n{table}\n"


def sizes_of(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the table of sizes, line by line."""
    if "size" not in before or "size" not in after:
        return []
    lines = ["| a default service | v0.5.1 | now |", "| --- | ---: | ---: |"]
    old, new = (Size(**figures["size"]["taken"]) for figures in (before, after))
    return lines + [f"| {label} | {one} | {two} |" for label, one, two in old.beside(new)]


def medians(figure: dict[str, Any]) -> Times:
    """Return the median of each column of the rounds."""
    return Times(*map(median, zip(*figure["taken"], strict=True)))


def described(about: dict[str, Any]) -> str:
    """Return where and when a figure was measured."""
    return (
        f"{about['date']}, {about['cpus']} CPUs ({about['processor']}), load {about['load'][0]}"
        f" before and {about['load_after'][0]} after, Python {about['python']}"
    )


if __name__ == "__main__":
    main()
