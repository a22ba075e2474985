"""The table and the chart of the growth benchmark."""

from importlib import import_module
from itertools import pairwise
from math import floor, log10
from pathlib import Path
from typing import Any, Final, NamedTuple

SIZES: Final = (1, 10, 100)
Medians = dict[str, dict[int, float]]


class Measure(NamedTuple):
    """The label of a figure, its unit, and the factor to that unit."""

    label: str
    unit: str
    scale: float


MEASURES: Final = {
    "render": Measure("`copier copy`, the whole process", "s", 1),
    "import": Measure("`import app.main`, without Python's own start", "s", 1),
    "start": Measure("`python -m app` until `/readyz` answers 200", "s", 1),
    "memory": Measure("Memory of a worker after the first request", "MiB", 2**-20),
    "document": Measure("`GET /openapi.json`, first", "ms", 1000),
    "document_again": Measure("`GET /openapi.json`, second", "ms", 1000),
    "document_size": Measure("Size of `/openapi.json`", "KiB", 2**-10),
    "tests": Measure("`pytest` in the service, one process", "s", 1),
    "add": Measure("`poe resource add` of one more, the whole process", "s", 1),
}
NOTE: Final = """\
Each resource has six fields of different types, and every second one a reference as well. The
sizes are measured in turn in each round; a figure is the median of the rounds, and `pytest` runs in
the first one only. A service has a fixed cost, so two columns show what one more resource costs from
1 to 10 and from 10 to 100: growth is linear or better if the second is not larger. "Per resource"
divides each figure by its number of resources: below 1, growth is better than proportional.
"""


def report(about: dict[str, Any], medians: Medians) -> str:
    """Return the figures as a page in Markdown."""
    head = [
        "measure",
        *(f"{size}" for size in SIZES),
        *(f"one more, {low}–{high}" for low, high in pairs()),
        *(f"per resource, {high} : {low}" for low, high in pairs()),
    ]
    rows = [row(MEASURES[name], figures) for name, figures in medians.items()]
    rule = ["---", *("---:" for _ in head[1:])]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))
    return f"# How a service grows\n\n{described(about)}\n\n{NOTE}\n{table}\n"


def described(about: dict[str, Any]) -> str:
    """Return a sentence with the machine and the versions."""
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return (
        f"`uv run poe bench growth` on {about['date']}: {about['rounds']} rounds, {about['system']}, "
        f"{about['cpus']} CPUs ({about['processor']}), load average {about['load'][0]} before and "
        f"{about['load_after'][0]} after, Python {about['python']}, {versions}."
    )


def row(measure: Measure, figures: dict[int, float]) -> list[str]:
    """Return the cells of one measure."""
    return [
        f"{measure.label}, {measure.unit}",
        *(rounded(figures[size] * measure.scale) for size in SIZES),
        *(rounded(step(figures, low, high) * measure.scale) for low, high in pairs()),
        *(f"{figures[high] / high / (figures[low] / low):.2f}" for low, high in pairs()),
    ]


def pairs() -> list[tuple[int, int]]:
    """Return each size with the next."""
    return list(pairwise(SIZES))


def step(figures: dict[int, float], low: int, high: int) -> float:
    """Return the cost of one more resource between two sizes."""
    return (figures[high] - figures[low]) / (high - low)


def rounded(number: float) -> str:
    """Return a number with three significant digits."""
    digits = max(0, 2 - floor(log10(abs(number)))) if number else 0
    return f"{number:,.{min(digits, 3)}f}"


def chart(medians: Medians, path: Path) -> None:
    """Draw the growth of each figure, as a multiple of that for one resource."""
    # Of the group `bench`, which is not installed for the checks.
    matplotlib, pyplot = import_module("matplotlib"), import_module("matplotlib.pyplot")
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "growth", "svg.fonttype": "none"})
    figure, axes = pyplot.subplots(figsize=(9, 5.5), layout="constrained")
    axes.plot(SIZES, SIZES, "--", color="black", label="linear growth")
    for name, figures in medians.items():
        values = [figures[size] / figures[SIZES[0]] for size in SIZES]
        label = MEASURES[name].label.replace("`", "")
        axes.plot(SIZES, values, marker="o", label=label)
    axes.set(xscale="log", yscale="log", xlabel="resources", ylabel="times the figure of one")
    axes.set_xticks(SIZES, [str(size) for size in SIZES])
    axes.set_yticks(SIZES, [f"×{size}" for size in SIZES])
    axes.minorticks_off()
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(path, metadata={"Date": None})
    text = path.read_text()
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n")
