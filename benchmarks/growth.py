"""`poe bench growth`: what a service costs with 1, 10 and 100 resources."""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

import yaml

from benchmarks.common import ROOT, commit, install, machine, run, seconds, variables, version_of
from benchmarks.database import Postgres, postgres
from benchmarks.growth_report import MEASURES, SIZES, chart, report
from benchmarks.server import measure_server

ROUNDS: Final = 3
PACKAGES: Final = ["copier", "jinja2"]
SERVICE_PACKAGES: Final = ["fastapi", "pydantic", "sqlalchemy", "uvicorn"]
ADD: Final = ["poe", "resource", "add", "parcel", "label:str:max_length=80", "weight:float:gt=0"]

Field = dict[str, Any]
Figures = dict[str, dict[int, list[float]]]


def resources(count: int) -> list[dict[str, Any]]:
    """Return realistic resources: six types each, and a reference in every second one."""
    found = []
    for number in range(1, count + 1):
        fields: dict[str, Field] = {
            "title": {"type": "str", "min_length": 1, "max_length": 100},
            "amount": {"type": "decimal", "ge": 0},
            "quantity": {"type": "int", "gt": 0, "default": 1},
            "status": {"type": "enum", "values": ["draft", "active", "closed"], "default": "draft"},
            "due_at": {"type": "datetime", "optional": True, "index": True},
            "note": {"type": "text", "optional": True},
        }
        if number % 2 == 0:
            fields["previous"] = {"type": "ref", "to": f"item_{number - 1}"}
        found.append({"name": f"item_{number}", "fields": fields})
    return found


class Bench:
    """A folder with the template, an environment and a service of each size."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files, self.release = folder / "files", folder / "release"
        self.environment = folder / "environment"
        self.python = self.environment / "bin" / "python"
        self.databases: dict[int, str] = {}
        self.figures: Figures = {name: {size: [] for size in SIZES} for name in MEASURES}

    def service(self, size: int) -> Path:
        """Return the path of the service of a size."""
        return self.folder / f"service-{size}"

    def prepare(self) -> None:
        """Copy the template with and without a release; render the services and install one."""
        caches = shutil.ignore_patterns("__pycache__", ".*_cache")
        for place in (self.files, self.release):
            shutil.copytree(ROOT / "template", place / "template", ignore=caches)
            shutil.copy(ROOT / "copier.yml", place)
        commit(self.release)
        run(["git", "tag", "v0.0.1"], self.release)
        for size in SIZES:
            answers = yaml.safe_dump({"resources": resources(size)}, sort_keys=False)
            (self.folder / f"{size}.yml").write_text(answers)
            self.render(self.release, size, self.service(size))
        install(self.service(1), self.environment)
        for size in SIZES:
            commit(self.service(size))

    def render(self, template: Path, size: int, place: Path) -> None:
        """Render a service, as `copier copy` does."""
        command = [sys.executable, "-m", "copier", "copy", "--quiet", "--defaults", "--data-file"]
        answers = self.folder / f"{size}.yml"
        run([*command, str(answers), str(template), str(place)], self.folder, self.shell())

    def shell(self, **extra: str) -> dict[str, str]:
        """Return the environment variables of a shell in a service."""
        return variables(self.environment, **extra)

    def migrate(self, server: Postgres) -> None:
        """Create a database with its tables for each size."""
        for size in SIZES:
            self.databases[size] = server.create(f"growth_{size}")
            shell = self.shell(DATABASE_URL=self.databases[size])
            run(["poe", "--quiet", "migrate"], self.service(size), shell)

    def measure(self, size: int, *, tests: bool) -> None:
        """Measure each figure of a size once."""
        place, rendered = self.service(size), self.folder / "rendered"
        shell = self.shell(DATABASE_URL=self.databases[size])
        python = str(self.python)
        bare = seconds(lambda: run([python, "-c", "pass"], place, shell))
        taken = {
            "render": seconds(lambda: self.render(self.files, size, rendered)),
            "import": seconds(lambda: run([python, "-c", "import app.main"], place, shell)) - bare,
            **measure_server(python, place, shell, path="/api/v1/item_1s/"),
        }
        if tests:
            taken["tests"] = seconds(lambda: run(["pytest", "--quiet"], place, self.shell()))
        taken["add"] = seconds(lambda: run(ADD, place, self.shell()))
        run(["git", "reset", "--quiet", "--hard"], place)
        run(["git", "clean", "--quiet", "-fd"], place)
        shutil.rmtree(rendered)
        for name, value in taken.items():
            self.figures[name][size].append(value)


def main() -> None:
    """Measure, and write the figures, their table and their chart."""
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.prepare()
        with postgres(bench.python, bench.service(1), bench.shell()) as server:
            bench.migrate(server)
            for turn in range(ROUNDS):
                for size in SIZES:
                    sys.stdout.write(f"round {turn + 1} of {ROUNDS}, resources: {size}\n")
                    sys.stdout.flush()
                    bench.measure(size, tests=turn == 0)
        versions = version_of(PACKAGES, Path(sys.executable))
        versions |= version_of(SERVICE_PACKAGES, bench.python)
        figures = bench.figures
    medians = {name: {n: median(taken[n]) for n in SIZES} for name, taken in figures.items()}
    about = before | {"load_after": machine()["load"], "versions": versions, "rounds": ROUNDS}
    text = json.dumps({"about": about, "medians": medians, "taken": figures}, indent=2)
    (ROOT / "benchmarks" / "growth.json").write_text(f"{text}\n")
    (ROOT / "benchmarks" / "growth.md").write_text(report(about, medians))
    chart(medians, ROOT / "docs" / "growth.svg")


if __name__ == "__main__":
    main()
