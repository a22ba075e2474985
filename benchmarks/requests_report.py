"""The tables and the chart of the requests benchmark."""

from importlib import import_module
from pathlib import Path
from typing import Any, Final

from benchmarks.common import MILLISECONDS

LABELS: Final = {
    "service": "the service",
    "two workers": "the service, two workers",
    "raw": "FastAPI + asyncpg",
    "session": "FastAPI + SQLAlchemy ORM, at its best",
    "orm": "FastAPI + SQLAlchemy ORM, as in tutorials",
    "static": "FastAPI, static answer",
}
GOALS: Final = {"list": 0.60, "get": 0.55, "create": 0.50, "patch": 0.40}
TAIL_GOAL: Final = 3.0
DEEP_GOAL: Final = 1.2
WORKERS_GOAL: Final = 1.7
START_GOAL: Final = 0.8
MEMORY_GOAL: Final = 80
MEBIBYTE: Final = 2**20

NOTE: Final = """\
wrk keeps 32 connections busy on the same machine as PostgreSQL and the service. Every kind of
request is sent to each app in turn, in another order each round; a figure is the median of the
rounds, and a ratio the median of the ratios of the rounds. The service runs as `poe serve` runs it,
installed without its development tools, with its access log, request ids and telemetry hooks (no
exporter is configured); each other app is one file in [limits](limits), with uvicorn, uvloop and
httptools, and without a log.
FastAPI + asyncpg is the reference: one statement for each request. SQLAlchemy at its best has no
transaction and builds its statements once: the upper limit for a service whose endpoints have an
`AsyncSession` and rows of the ORM.
"""

DEEP_NOTE: Final = """\
Pages of 100 rows, the first and the last, requested in turn over one connection; medians.
"""

Figures = dict[str, dict[str, float]]


def report(figures: dict[str, Any]) -> str:
    """Return the figures as a page in Markdown."""
    parts = [
        "# How fast a service answers",
        described(figures["about"]),
        NOTE.rstrip(),
        table(
            [
                "request",
                "who",
                "requests/s",
                "to asyncpg",
                "goal",
                "p50, ms",
                "p99, ms",
                "p99 : p50",
                "errors",
            ],
            [
                [name, LABELS[who], *cells(name, who, one)]
                for name, each in figures["requests"].items()
                for who, one in each.items()
            ],
        ),
        "## Pages of a table with a million rows",
        DEEP_NOTE.rstrip(),
        table(
            ["order", "page 1, ms", "page 10,000, ms", "ratio", "goal"], deep_rows(figures["deep"])
        ),
        "## Processes",
        table(["measure", "figure", "goal"], process_rows(figures)),
    ]
    return "\n\n".join(parts) + "\n"


def described(about: dict[str, Any]) -> str:
    """Return a sentence with the machine and the versions."""
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return (
        f"`uv run poe bench requests` on {about['date']}: {about['rounds']} rounds of {about['seconds']}"
        f" seconds, {about['system']}, {about['cpus']} CPUs ({about['processor']}), load average"
        f" {about['load'][0]} before and {about['load_after'][0]} after, Python {about['python']},"
        f" {versions}."
    )


def cells(name: str, who: str, one: dict[str, float]) -> list[str]:
    """Return the cells of one contender."""
    goal = f"≥ {GOALS[name]:.2f}" if who == "service" else ""
    return [
        f"{one['rate']:,.0f}",
        f"{one['ratio']:.2f}",
        goal,
        *(f"{one[key] * MILLISECONDS:.1f}" for key in ("p50", "p99")),
        f"{one['p99'] / one['p50']:.1f}",
        f"{one['errors']:.0f}",
    ]


def deep_rows(deep: dict[str, tuple[float, float]]) -> list[list[str]]:
    """Return the rows of the orders, each with its first and its late page."""
    return [
        [
            sort,
            *(f"{seconds * MILLISECONDS:.2f}" for seconds in (first, late)),
            f"{late / first:.2f}",
            f"≤ {DEEP_GOAL}",
        ]
        for sort, (first, late) in deep.items()
    ]


def process_rows(figures: dict[str, Any]) -> list[list[str]]:
    """Return the rows of the costs of a process."""
    after_load = figures["memory_after_load"] / MEBIBYTE
    rows = [
        [
            "`python -m app` until `/readyz` answers 200, s",
            f"{figures['start']:.2f}",
            f"≤ {START_GOAL}",
        ],
        [
            "Memory after the first request, MiB",
            f"{figures['memory'] / MEBIBYTE:.1f}",
            f"≤ {MEMORY_GOAL}",
        ],
        ["Memory after the load above, MiB", f"{after_load:.1f}", f"≤ {MEMORY_GOAL}"],
    ]
    for name, each in figures["requests"].items():
        times = each["two workers"]["rate"] / each["service"]["rate"]
        rows.append([f"Two workers to one, {name}", f"{times:.2f}", f"≥ {WORKERS_GOAL}"])
        idle = each["two workers"]["idle"]
        rows.append([f"All processors idle meanwhile, {name}", f"{idle:.0%}", ""])
    return rows


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown, with the figures aligned right."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def chart(requests: dict[str, Figures], path: Path) -> None:
    """Draw the requests per second of each app."""
    # Of the group `bench`, which is not installed for the checks.
    matplotlib, pyplot = import_module("matplotlib"), import_module("matplotlib.pyplot")
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "requests", "svg.fonttype": "none"})
    figure, axes = pyplot.subplots(figsize=(9, 5), layout="constrained")
    shown = [who for who in LABELS if who in next(iter(requests.values()))]
    width = 0.8 / len(shown)
    for number, who in enumerate(shown):
        places = [place + (number - len(shown) / 2 + 0.5) * width for place in range(len(requests))]
        rates = [each[who]["rate"] for each in requests.values()]
        bars = axes.bar(places, rates, width, label=LABELS[who])
        axes.bar_label(bars, fmt="{:,.0f}", fontsize="x-small")
    axes.set_xticks(range(len(requests)), list(requests))
    axes.set(ylabel="requests per second")
    axes.legend(fontsize="small")
    figure.savefig(path, metadata={"Date": None})
    text = path.read_text()
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n")
