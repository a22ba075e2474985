"""`poe bench requests`: how many requests a service serves, compared with its limits."""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.common import ROOT, install, machine, run, variables, version_of
from benchmarks.database import Postgres, postgres
from benchmarks.load import Operation, Taken, require_wrk, send
from benchmarks.requests_report import chart, report
from benchmarks.server import in_turn, measure_server, serving, worker_memory

ROUNDS: Final = 5
SECONDS: Final = 3
WARM_SECONDS: Final = 2
ROWS: Final = 10_000
DEEP_ROWS: Final = 1_000_000
DEEP_PAGE: Final = 10_000
DEEP_TIMES: Final = 500
PAGE_SIZE: Final = DEEP_ROWS // DEEP_PAGE
PACKAGES: Final = ["fastapi", "starlette", "pydantic", "sqlalchemy", "asyncpg", "uvicorn", "uvloop"]
PRODUCTS: Final = "/api/v1/products/"
PRODUCT: Final = "/api/v1/products/{id}"
OPERATIONS: Final = {
    "list": Operation("GET", PRODUCTS),
    "get": Operation("GET", PRODUCT),
    "create": Operation("POST", PRODUCTS),
    "patch": Operation("PATCH", PRODUCT),
}
FILL: Final = """
INSERT INTO products (name, price, created_at, version)
SELECT 'Sample ' || n, n + 0.5, now() - n * interval '1 second', 1 FROM generate_series(1, {}) AS n
"""
# Prints the cursor after the first `behind` rows in a sort order.
CURSOR: Final = """
import asyncio, sys
from sqlalchemy import select
from app.core.config import load_settings
from app.db.cursor import encode_cursor
from app.db.models.product import Product
from app.db.session import Database

async def main(sort: str, behind: int) -> None:
    column = getattr(Product, sort)
    async with Database(load_settings()).session(read_only=True) as db:
        row = await db.scalar(select(Product).order_by(column, Product.id).offset(behind - 1).limit(1))
    print(encode_cursor(sort, (column.type, Product.id.type), getattr(row, sort), row.id))

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""
SORTS: Final = ("id", "created_at")

Runs = dict[str, dict[str, list[Taken]]]


class Bench:
    """A folder with a service as installed in production, and the apps that it is compared with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.service = folder / "service"
        self.environment, self.production = folder / "environment", folder / "production"
        self.python = self.environment / "bin" / "python"

    def prepare(self, *answers: str) -> None:
        """Render the service, and install it twice: for development and as in production."""
        self.folder.mkdir(exist_ok=True)
        copy = [sys.executable, "-m", "copier", "copy", "--quiet", "--defaults", "--vcs-ref=HEAD"]
        run([*copy, *answers, str(ROOT), str(self.service)], self.folder)
        install(self.service, self.environment)
        install(self.service, self.production, "--no-dev")

    def shell(self, **extra: str) -> dict[str, str]:
        """Return the environment variables of a shell in the service."""
        return variables(self.environment, **extra)

    def filled(self, server: Postgres, name: str, rows: int) -> str:
        """Create a database with a number of products, and return its URL."""
        url = server.create(name)
        run(["poe", "--quiet", "migrate"], self.service, self.shell(DATABASE_URL=url))
        server.execute(url, FILL.format(rows))
        server.execute(url, "VACUUM ANALYZE products")
        return url

    @contextmanager
    def started(self, url: str) -> Iterator[dict[str, int]]:
        """Keep the service and its limits running, and yield the port of each."""
        shell = variables(self.production, DATABASE_URL=url)
        python = str(self.production / "bin" / "python")
        serve = [python, "-m", "app"]
        options = ["--port={port}", "--no-access-log", "--log-level=warning"]
        with ExitStack() as stack:
            ports = {}
            for workers in (1, 2):
                name = "service" if workers == 1 else "two workers"
                env, log = shell | {"WORKERS": str(workers)}, self.folder / f"{name}.log"
                running = serving(serve, self.service, env, ready="/readyz", log=log)
                process, ports[name] = stack.enter_context(running)
                if workers == 1:
                    self.process = process
            for limit in ("raw", "session", "orm", "static"):
                command = [python, "-m", "uvicorn", f"benchmarks.limits.{limit}:app", *options]
                running = serving(command, ROOT, shell, ready=PRODUCT.format(id=1))
                _, ports[limit] = stack.enter_context(running)
            yield ports

    def deep_pages(self, url: str, sort: str) -> tuple[str, str]:
        """Return the paths of the first and of a late page in an order."""
        path = f"{PRODUCTS}?limit={PAGE_SIZE}&sort={sort}"
        cursor = [str(self.python), "-c", CURSOR, sort, str((DEEP_PAGE - 1) * PAGE_SIZE)]
        late = run(cursor, self.service, self.shell(DATABASE_URL=url)).strip()
        return path, f"{path}&cursor={late}"


def measure(ports: dict[str, int]) -> Runs:
    """Send every kind of request to each contender in turn, for several rounds."""
    runs: Runs = {name: {each: [] for each in ports} for name in OPERATIONS}
    for turn in range(ROUNDS + 1):
        say(f"requests: round {turn} of {ROUNDS}" if turn else "requests: warming up")
        for name, operation in OPERATIONS.items():
            for contender in turned(list(ports), turn):
                if contender == "static" and name != "get":
                    continue
                duration = SECONDS if turn else WARM_SECONDS
                taken = send(operation, ports[contender], rows=ROWS, duration=duration)
                if turn:
                    runs[name][contender].append(taken)
    return runs


def measure_deep(bench: Bench, url: str) -> dict[str, tuple[float, float]]:
    """Return the seconds of a first and a late page of a large table, for each order."""
    pages = {sort: bench.deep_pages(url, sort) for sort in SORTS}
    shell = variables(bench.production, DATABASE_URL=url)
    command = [str(bench.production / "bin" / "python"), "-m", "app"]
    log = bench.folder / "deep.log"
    with serving(command, bench.service, shell, ready="/readyz", log=log) as (_, port):
        return {sort: in_turn(port, *paths, times=DEEP_TIMES) for sort, paths in pages.items()}


def turned(names: list[str], turn: int) -> list[str]:
    """Return the names in an order that differs from turn to turn."""
    places = turn % len(names)
    return names[places:] + names[:places]


def medians(runs: Runs) -> dict[str, dict[str, dict[str, float]]]:
    """Return the medians of the figures, the sum of the failures, and the ratio to raw."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, contenders in runs.items():
        limits = contenders.get("raw") or contenders["service"]
        found[name] = {}
        for contender, taken in contenders.items():
            if taken:
                ratios = [run.rate / limit.rate for run, limit in zip(taken, limits, strict=True)]
                found[name][contender] = {
                    "rate": median(run.rate for run in taken),
                    "ratio": median(ratios),
                    "p50": median(run.p50 for run in taken),
                    "p99": median(run.p99 for run in taken),
                    "errors": sum(run.errors for run in taken),
                    "idle": median(run.idle for run in taken),
                }
    return found


def say(line: str) -> None:
    """Print the progress."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure, and write the figures, their table and their chart."""
    require_wrk()
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.prepare()
        with postgres(bench.python, bench.service, bench.shell()) as server:
            with bench.started(bench.filled(server, "requests", ROWS)) as ports:
                runs = measure(ports)
                memory = worker_memory(bench.process.pid)
            say("requests: a table of a million rows")
            deep = measure_deep(bench, bench.filled(server, "deep", DEEP_ROWS))
            starts = start_of(bench, server)
        versions = version_of(PACKAGES, bench.production / "bin" / "python")
    about = before | {"load_after": machine()["load"], "versions": versions, "rounds": ROUNDS}
    figures: dict[str, Any] = {
        "about": about | {"seconds": SECONDS},
        "requests": medians(runs),
        "deep": deep,
        "memory_after_load": memory,
        **starts,
        "taken": runs,
    }
    text = json.dumps(figures, indent=2)
    (ROOT / "benchmarks" / "requests.json").write_text(f"{text}\n")
    (ROOT / "benchmarks" / "requests.md").write_text(report(figures))
    chart(figures["requests"], ROOT / "docs" / "requests.svg")


def start_of(bench: Bench, server: Postgres) -> dict[str, float]:
    """Return the seconds until a service answers, and its memory after the first request."""
    url = bench.filled(server, "start", ROWS)
    shell = variables(bench.production, DATABASE_URL=url)
    python = str(bench.production / "bin" / "python")
    taken = [measure_server(python, bench.service, shell, path=PRODUCTS) for _ in range(ROUNDS)]
    return {name: median(each[name] for each in taken) for name in ("start", "memory")}


if __name__ == "__main__":
    main()
