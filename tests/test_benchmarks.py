"""What the benchmarks are made of, without measuring anything."""

import sys
from pathlib import Path
from typing import Any, Final

import pytest
from copier import run_copy

from benchmarks import profile, requests_report, tools
from benchmarks.__main__ import main
from benchmarks.growth import resources
from benchmarks.growth_report import MEASURES, SIZES, report
from benchmarks.load import Taken, taken_from
from benchmarks.requests import medians, turned
from tests.support import Service

ABOUT: Final[dict[str, Any]] = {
    "date": "2026-01-31",
    "system": "Linux x86_64",
    "processor": "a processor",
    "cpus": 2,
    "load": [0.5, 0.4, 0.3],
    "load_after": [1.5, 1.4, 1.3],
    "python": "3.11.7",
    "versions": {"copier": "9.19.1"},
    "rounds": 3,
}


def test_the_resources_render_clean(template_files: Path, tmp_path: Path) -> None:
    answers = {"resources": resources(10)}
    run_copy(str(template_files), tmp_path, data=answers, defaults=True, quiet=True)
    render = Service(tmp_path, Path(sys.prefix))
    assert len(list((tmp_path / "app" / "db" / "models").glob("item_*.py"))) == 10
    render.run("ruff", "format", "--check", ".")
    render.run("ruff", "check", ".")


def test_every_second_resource_refers_to_the_one_before_it() -> None:
    made = resources(100)
    refers = ["previous" in each["fields"] for each in made]
    assert refers == [False, True] * 50
    assert made[99]["fields"]["previous"]["to"] == "item_99"
    assert {len({field["type"] for field in each["fields"].values()}) for each in made} == {6, 7}


def test_the_table_tells_what_one_more_costs() -> None:
    page = report(ABOUT, {"render": {1: 1.0, 10: 1.9, 100: 10.9}})
    assert page.splitlines()[-1] == (
        "| `copier copy`, the whole process, s | 1.00 | 1.90 | 10.9 | 0.100 | 0.100 | 0.19 | 0.57 |"
    )
    assert "load average 0.5 before and 1.5 after" in page


def test_every_measure_has_a_row() -> None:
    figures = {name: {size: float(size) for size in SIZES} for name in MEASURES}
    assert (
        len([line for line in report(ABOUT, figures).splitlines() if "1.00 | 1.00 |" in line]) == 9
    )


def test_the_last_line_of_wrk_has_the_figures() -> None:
    line = '{"requests": 900, "seconds": 3.0, "p50": 0.01, "p99": 0.02, "errors": 1}'
    assert taken_from(f"Running 3s test\n\n{line}\n", 0.25) == Taken(300.0, 0.01, 0.02, 1, 0.25)


def test_ratios_are_taken_within_a_round() -> None:
    service = [Taken(rate, 0.03, 0.06, 1, 0.1) for rate in (50.0, 10.0, 30.0)]
    raw = [Taken(rate, 0.01, 0.02, 0, 0.2) for rate in (100.0, 50.0, 60.0)]
    found = medians({"get": {"service": service, "raw": raw, "static": []}})
    assert found["get"]["service"] == {
        "rate": 30.0,
        "ratio": 0.5,
        "p50": 0.03,
        "p99": 0.06,
        "errors": 3,
        "idle": 0.1,
    }
    assert [*found["get"]] == ["service", "raw"]


def test_everyone_comes_first_at_some_time() -> None:
    assert [turned(["a", "b", "c"], turn) for turn in range(4)] == [
        ["a", "b", "c"],
        ["b", "c", "a"],
        ["c", "a", "b"],
        ["a", "b", "c"],
    ]


def test_the_pages_of_requests_tell_ratios_and_goals() -> None:
    one = {"rate": 1234.0, "ratio": 0.5, "p50": 0.03, "p99": 0.06, "errors": 0, "idle": 0.04}
    page = requests_report.report(
        {
            "about": ABOUT | {"seconds": 3},
            "requests": {"get": {"service": one, "two workers": one | {"rate": 2468.0}}},
            "deep": {"id": (0.010, 0.011)},
            "memory_after_load": 79 * 2**20,
            "memory": 77.5 * 2**20,
            "start": 0.5,
        }
    )
    assert "| get | the service | 1,234 | 0.50 | ≥ 0.55 | 30.0 | 60.0 | 2.0 | 0 |" in page
    assert "| id | 10.00 | 11.00 | 1.10 | ≤ 1.2 |" in page
    assert "| Two workers to one, get | 2.00 | ≥ 1.7 |" in page
    assert "| All processors idle meanwhile, get | 4% |  |" in page
    assert "| Memory after the first request, MiB | 77.5 | ≤ 80 |" in page


def test_time_belongs_to_the_innermost_package_that_is_known() -> None:
    stacks = """\
main (app/main.py:3);execute (sqlalchemy/orm/session.py:9);match (re/__init__.py:1) 3
main (app/main.py:3);enabled (fastapi/telemetry/_asgi.py:9) 1
run (asyncio/runners.py:118) 1
"""
    shares = profile.shares_of(stacks)
    assert {owner: share for owner, share in shares.items() if share} == {
        "SQLAlchemy": 0.6,
        "OpenTelemetry": 0.2,
        "other": 0.2,
    }


def test_the_page_of_the_commands_compares_both_templates() -> None:
    slow, fast = [[9.0, 8.0, 95.0]] * 3, [(4.0, 3.5, 93.0), (4.5, 3.7, 94.0), (30.0, 9.0, 240.0)]
    sizes = [
        {"files": 141, "lines": 10413, "tools_files": 51, "tools_lines": 4652, "app_lines": 2273},
        {"files": 110, "lines": 7700, "tools_files": 28, "tools_lines": 1790, "app_lines": 2270},
    ]
    figures = {
        name: {"add": {"about": ABOUT, "taken": taken}, "size": {"about": ABOUT, "taken": size}}
        for name, taken, size in zip(("before", "after"), (slow, fast), sizes, strict=True)
    }
    page = tools.report(figures)
    assert "| `poe resource add` | 9.0 | 4.5 | 0.50 | 3.7 | 94 | 2026-01-31" in page
    assert "| lines | 10,413 | 7,700 |" in page
    assert "pytest" not in page.splitlines()[-1]


def test_a_step_is_timed_beside_the_loop() -> None:
    taken = tools.timed(lambda: None)
    assert taken.passed >= 0
    assert taken.spent >= 0
    assert taken.loop > 0


def test_a_part_that_is_none_is_refused() -> None:
    with pytest.raises(SystemExit, match="There is no benchmark speed: write some of requests,"):
        main(["speed"])
