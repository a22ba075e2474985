"""`poe bench profile`: where the time of a request is spent, sampled by py-spy."""

import json
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import Any, Final

from benchmarks.common import ROOT, machine, run, variables, version_of
from benchmarks.database import postgres
from benchmarks.load import require_wrk, send
from benchmarks.requests import OPERATIONS, PACKAGES, ROWS, Bench
from benchmarks.server import serving

SECONDS: Final = 10
SAMPLES_PER_SECOND: Final = 250
FRAME: Final = re.compile(r"\((?P<file>.+?)(?::\d+)?\)$")
# The owner of a frame, by a part of its path; the innermost known frame counts.
OWNERS: Final = {
    "the service itself": ("app/",),
    "SQLAlchemy": ("sqlalchemy",),
    "asyncpg": ("asyncpg/",),
    "OpenTelemetry": ("opentelemetry/", "fastapi/telemetry/"),
    "FastAPI and Starlette": ("fastapi/", "starlette/"),
    "Pydantic": ("pydantic/",),
    "structlog": ("structlog/",),
    "uvicorn and uvloop": ("uvicorn/", "uvloop/", "protocols/http/"),
}
NOTE: Final = """\
py-spy samples the worker {rate} times a second under a load of 32 connections, and counts only
threads that hold the GIL. The time of a function counts for its package, that of the standard
library for the package that called it; parsing HTTP, writing to sockets and garbage collection
count for whatever was running.
"""

Shares = dict[str, float]


def owner_of(stack: str) -> str:
    """Return the owner of the innermost frame that has a known one."""
    for frame in reversed(stack.split(";")):
        found = FRAME.search(frame)
        file = found["file"] if found else frame
        for owner, parts in OWNERS.items():
            if any(part in file for part in parts):
                return owner
    return "other"


def shares_of(stacks: str) -> Shares:
    """Return the share of the samples of each owner; a line ends in its count."""
    counted: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        counted[owner_of(stack)] += int(count)
    return {owner: counted[owner] / counted.total() for owner in (*OWNERS, "other")}


def main() -> None:
    """Measure, and write the shares and their table."""
    require_wrk()
    before = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(folder)
        bench.prepare()
        with postgres(bench.python, bench.service, bench.shell()) as server:
            url = bench.filled(server, "profile", ROWS)
            shell = variables(bench.production, DATABASE_URL=url)
            python = bench.production / "bin" / "python"
            command, log = [str(python), "-m", "app"], folder / "service.log"
            with serving(command, bench.service, shell, ready="/readyz", log=log) as (
                process,
                port,
            ):
                shares = {}
                for operation in OPERATIONS:
                    sys.stdout.write(f"profile: {operation}\n")
                    sys.stdout.flush()
                    shares[operation] = shares_of(record(operation, process, port, folder))
        versions = version_of(PACKAGES, python)
    about = before | {"load_after": machine()["load"], "versions": versions}
    text = json.dumps({"about": about, "shares": shares}, indent=2)
    (ROOT / "benchmarks" / "profile.json").write_text(f"{text}\n")
    (ROOT / "benchmarks" / "profile.md").write_text(report(about, shares))


def record(operation: str, process: subprocess.Popen[bytes], port: int, folder: Path) -> str:
    """Return the stacks that py-spy samples while a kind of request is sent."""
    stacks = folder / f"{operation}.txt"
    send(OPERATIONS[operation], port, rows=ROWS, duration=2)
    load = threading.Thread(
        target=send,
        args=(OPERATIONS[operation], port),
        kwargs={"rows": ROWS, "duration": SECONDS + 2},
    )
    load.start()
    options = ["--gil", "--rate", str(SAMPLES_PER_SECOND), "--duration", str(SECONDS)]
    spy = ["py-spy", "record", *options, "--format", "raw", "--output", str(stacks)]
    run([*spy, "--pid", str(process.pid)], folder)
    load.join()
    return stacks.read_text()


def report(about: dict[str, Any], shares: dict[str, Shares]) -> str:
    """Return the shares as a page in Markdown."""
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    head = ["owner", *shares]
    rows = [
        [owner, *(f"{each[owner]:.0%}" for each in shares.values())] for owner in (*OWNERS, "other")
    ]
    rule = ["---", *("---:" for _ in shares)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
    source = (
        f"`uv run poe bench profile` on {about['date']}: {about['system']}, {about['cpus']} CPUs"
        f" ({about['processor']}), load average {about['load'][0]} before and"
        f" {about['load_after'][0]} after, Python {about['python']}, {versions}."
    )
    note = NOTE.format(rate=SAMPLES_PER_SECOND)
    return f"# Where the time of a request goes\n\n{source}\n\n{note}\n{table}\n"


if __name__ == "__main__":
    main()
