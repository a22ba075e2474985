"""What the benchmarks are made of, without measuring anything."""

import sys
from pathlib import Path
from typing import Any, Final

from copier import run_copy

from benchmarks.growth import resources
from benchmarks.growth_report import MEASURES, SIZES, report
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
