"""wrk: sends requests over many connections and measures the latencies."""

import json
import shutil
import sys
from pathlib import Path
from typing import Final, NamedTuple

import psutil

from benchmarks.common import ROOT, run

CONNECTIONS: Final = 32
SCRIPT: Final = Path(__file__).parent / "wrk.lua"
MISSING: Final = "wrk is not installed: run `apt-get install wrk` or `brew install wrk`."


class Operation(NamedTuple):
    """One kind of request; `{id}` in its path stands for the id of a row."""

    method: str
    path: str


class Taken(NamedTuple):
    """The result of a run of wrk.

    Requests per second, latencies in seconds, failures, and the idle share of all processors.
    """

    rate: float
    p50: float
    p99: float
    errors: int
    idle: float


def require_wrk() -> None:
    """Exit with a message if wrk is missing."""
    if shutil.which("wrk") is None:
        sys.exit(MISSING)


def send(
    operation: Operation, port: int, *, rows: int, duration: int, headers: tuple[str, ...] = ()
) -> Taken:
    """Send one kind of request for some seconds, over rows in turn, as fast as possible."""
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--script", str(SCRIPT)]
    command += [f"--header={header}" for header in headers]
    url = f"http://127.0.0.1:{port}"
    arguments = [operation.method, operation.path, str(rows)]
    before = psutil.cpu_times()
    printed = run([*command, "--duration", f"{duration}s", url, "--", *arguments], ROOT)
    after = psutil.cpu_times()
    idle = (after.idle - before.idle) / (sum(after) - sum(before))
    return taken_from(printed, idle)


def taken_from(printed: str, idle: float) -> Taken:
    """Return the result in the last line of the script."""
    figures = json.loads(printed.splitlines()[-1])
    rate = figures["requests"] / figures["seconds"]
    return Taken(rate, figures["p50"], figures["p99"], figures["errors"], idle)
