"""`poe bench tools` and `poe bench suite`: how long the tool itself keeps a person waiting."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import yaml

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
from benchmarks.growth import ADD, resources

ROUNDS: Final = 3
MANY: Final = 100
FIGURES: Final = ROOT / "benchmarks" / "tools.json"
COPY: Final = [sys.executable, "-m", "copier", "copy", "--quiet", "--defaults"]
NOTE: Final = """\
Each figure is the median of the rounds, with the caches of uv and of the operating system warm; the
suite of the template runs once. "From nothing" is `copier copy`, `git init` with
a first commit, `uv sync`, and `poe check`. The second column is the processor time of these programs,
PostgreSQL aside: it tells more where others were working as well. "The same files without a line of
Jinja" is a template that holds the rendered files as they are and asks nothing: what Copier itself
takes for so many files. "Loop" is how long a million rounds of a loop of Python took just before and
after, and so how quick the machine was.
"""


class Times(NamedTuple):
    """Seconds by the clock on the wall and of the processor, and milliseconds of the loop."""

    passed: float
    spent: float
    loop: float


class Goal(NamedTuple):
    """What a measure is called, and the seconds it may take, where there is a limit."""

    label: str
    at_most: float | None


GOALS: Final = {
    "render": Goal("`copier copy` of the default answers", 1),
    "plain": Goal("the same files without a line of Jinja", None),
    "render_many": Goal(f"`copier copy` of {MANY} resources", 5),
    "plain_many": Goal("the same files without a line of Jinja", None),
    "add": Goal("`poe resource add`", 5),
    "check": Goal("`poe check`", 15),
    "nothing": Goal("From nothing to every check green", 20),
    "suite": Goal("`uv run pytest` in this repository", 600),
}


class Bench:
    """A folder with a release of the template, and a service of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template, self.service = folder / "template", folder / "service"
        self.environment = folder / "environment"
        self.shell = variables(self.environment)

    def prepare(self) -> None:
        """Make the release and the service."""
        caches = shutil.ignore_patterns("__pycache__", ".*_cache")
        shutil.copytree(ROOT / "template", self.template / "template", ignore=caches)
        shutil.copy(ROOT / "copier.yml", self.template)
        commit(self.template)
        run(["git", "tag", "v0.0.1"], self.template)
        many = yaml.safe_dump({"resources": resources(MANY)}, sort_keys=False)
        (self.folder / "many.yml").write_text(many)
        self.many = f"--data-file={self.folder / 'many.yml'}"
        self.plain, self.plain_many = (
            self.without_jinja("one"),
            self.without_jinja("many", self.many),
        )
        self.copy(self.service)
        install(self.service, self.environment)
        commit(self.service)

    def without_jinja(self, name: str, *options: str) -> Path:
        """Return a template that holds the files of a rendered service as they are."""
        template = self.folder / f"plain-{name}"
        self.copy(template / "template", *options)
        (template / "copier.yml").write_text("_subdirectory: template\n_exclude: []\n")
        commit(template)
        run(["git", "tag", "v0.0.1"], template)
        return template

    def copy(self, place: Path, *options: str, template: Path | None = None) -> None:
        """Render a service."""
        run([*COPY, *options, str(template or self.template), str(place)], self.folder)

    def from_nothing(self, folder: Path) -> None:
        """Render a service, put it under version control, install it and check it."""
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
            "plain": lambda: self.copy(place / "plain-one", template=self.plain),
            "render_many": lambda: self.copy(place / "many", self.many),
            "plain_many": lambda: self.copy(place / "plain-many", template=self.plain_many),
            "check": lambda: run(["poe", "check"], self.service, self.shell),
            "add": lambda: run(ADD, self.service, self.shell),
            "nothing": lambda: self.from_nothing(place / "nothing"),
        }
        taken = {name: timed(step) for name, step in steps.items()}
        run(["git", "reset", "--quiet", "--hard"], self.service)
        run(["git", "clean", "--quiet", "-fd"], self.service)
        shutil.rmtree(place)
        return taken


def main() -> None:
    """Measure what a person does with the tool, and write the figures and their table."""
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.prepare()
        taken = []
        for turn in range(1, ROUNDS + 1):
            sys.stdout.write(f"tools: round {turn} of {ROUNDS}\n")
            sys.stdout.flush()
            taken.append(bench.measure(turn))
    save(before, {name: [each[name] for each in taken] for name in taken[0]})


def suite() -> None:
    """Measure the suite of this repository, and add it to the figures."""
    before = machine()
    shell = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    pytest = [sys.executable, "-m", "pytest", "--quiet"]
    save(before, {"suite": [timed(lambda: run(pytest, ROOT, shell))]})


def timed(step: Callable[[], object]) -> Times:
    """Return how long a step takes, and how quick the machine is around it."""
    loop, before = loop_milliseconds(), processor_seconds()
    passed = seconds(step)
    spent = processor_seconds() - before
    return Times(passed, spent, (loop + loop_milliseconds()) / 2)


def save(about: dict[str, Any], taken: dict[str, list[Times]]) -> None:
    """Write the figures beside those that are there, and the table of all."""
    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    about |= {"load_after": machine()["load"]}
    figures |= {name: {"about": about, "taken": each} for name, each in taken.items()}
    FIGURES.write_text(f"{json.dumps(figures, indent=2)}\n")
    FIGURES.with_suffix(".md").write_text(report(figures))


def report(figures: dict[str, Any]) -> str:
    """Return the figures as a page in Markdown."""
    rows = ["| measure | seconds | of a processor | goal | loop, ms | measured |"]
    rows.append("| --- | ---: | ---: | ---: | ---: | --- |")
    for name, goal in GOALS.items():
        if name in figures:
            about = figures[name]["about"]
            taken = Times(*map(median, zip(*figures[name]["taken"], strict=True)))
            at_most = f"≤ {goal.at_most:g}" if goal.at_most else ""
            rows.append(
                f"| {goal.label} | {taken.passed:.1f} | {taken.spent:.1f} | {at_most} |"
                f" {taken.loop:.0f} | {described(about)} |"
            )
    table = "\n".join(rows)
    return f"# How long the tool takes\n\n`uv run poe bench tools suite`.\n\n{NOTE}\n{table}\n"


def described(about: dict[str, Any]) -> str:
    """Return where and when a figure was taken."""
    return (
        f"{about['date']}, {about['cpus']} CPUs ({about['processor']}), load {about['load'][0]}"
        f" before and {about['load_after'][0]} after, Python {about['python']}"
    )


if __name__ == "__main__":
    main()
