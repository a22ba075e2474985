"""`poe bench auth`: what a token costs a read, side by side with a service without tokens."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import psutil

from benchmarks.common import ROOT, machine, variables, version_of
from benchmarks.database import postgres
from benchmarks.load import require_wrk, send
from benchmarks.requests import OPERATIONS, ROWS, Bench, say, turned
from benchmarks.server import serving

ROUNDS: Final = 15
SECONDS: Final = 2
GOAL: Final = 0.08
MICROSECONDS: Final = 1_000_000
PACKAGES: Final = ["fastapi", "joserfc", "cryptography", "uvicorn"]
READS: Final = ("get", "list")
# Prints the settings that trust an issuer of its own, and a token; the issuer ends with it.
ISSUE: Final = """
import json, sys
from tools.issuer.run import start_issuer
from tools.issuer.token import request_token

settings = start_issuer()
metadata = settings["AUTH_ISSUER"] + "/.well-known/openid-configuration"
print(json.dumps([settings, request_token(metadata, "alice", ["products:read"], {})]), flush=True)
sys.stdin.read()
"""
PAGE: Final = """\
# What a token costs

`uv run poe bench auth` on {date}: {rounds} rounds of {seconds} seconds, {system}, {cpus} CPUs ({processor}), load average {load} before and {load_after} after, Python {python}, {versions}.

Two services run at the same time on one database; only one of them has the feature `auth`, and each of
its requests has a token (ES256). wrk sends reads to both in turn. A figure is the median of the rounds;
what a token costs is the median of the ratios of a round, of processor time for each request. The
requests have the same token, as those of a client have for minutes: its signature is verified once. A read
whose token is verified anew cost 31 % more in a run before verified tokens were remembered.

| read | without, µs | with a token, µs | more | goal | requests/s without | with | errors |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


class Cost(NamedTuple):
    """Processor time of a service for one request in seconds, requests per second, failures."""

    spent: float
    rate: float
    errors: int


Costs = dict[str, dict[str, list[Cost]]]


def main() -> None:
    """Measure, and write the figures and their table."""
    require_wrk()
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        without, guarded = (Bench(Path(folder) / name) for name in ("without", "with"))
        without.prepare()
        guarded.prepare("--data", "features=[auth]")
        with postgres(without.python, without.service, without.shell()) as server:
            taken = measure(without, guarded, without.filled(server, "auth", ROWS))
        versions = version_of(PACKAGES, guarded.production / "bin" / "python")
    about = before | {"load_after": machine()["load"], "versions": versions}
    figures = {"about": about, "taken": taken}
    (ROOT / "benchmarks" / "auth.json").write_text(f"{json.dumps(figures, indent=2)}\n")
    (ROOT / "benchmarks" / "auth.md").write_text(report(about, taken))


def measure(without: Bench, guarded: Bench, url: str) -> Costs:
    """Send reads to both services in turn, for several rounds."""
    taken: Costs = {name: {"without": [], "with": []} for name in READS}
    with issuing(guarded) as (settings, token):
        plain = serve(without, url)
        trusting = serve(guarded, url, **settings)
        header = f"Authorization: Bearer {token}"
        with plain as (one, port), trusting as (other, other_port):
            sides = {"without": (one, port, ()), "with": (other, other_port, (header,))}
            for turn in range(ROUNDS + 1):
                say(f"auth: round {turn} of {ROUNDS}" if turn else "auth: warming up")
                for name in READS:
                    for side in turned(list(sides), turn):
                        cost = cost_of(name, *sides[side])
                        if turn:
                            taken[name][side].append(cost)
    return taken


def serve(bench: Bench, url: str, **settings: str) -> Any:
    """Run a service as in production."""
    shell = variables(bench.production, DATABASE_URL=url, **settings)
    command = [str(bench.production / "bin" / "python"), "-m", "app"]
    log = bench.folder / "service.log"
    return serving(command, bench.service, shell, ready="/readyz", log=log)


def cost_of(
    name: str, process: "subprocess.Popen[bytes]", port: int, headers: tuple[str, ...]
) -> Cost:
    """Return what a read costs a service, over some seconds."""
    before = psutil.Process(process.pid).cpu_times()
    run = send(OPERATIONS[name], port, rows=ROWS, duration=SECONDS, headers=headers)
    after = psutil.Process(process.pid).cpu_times()
    spent = after.user + after.system - before.user - before.system
    return Cost(spent / (run.rate * SECONDS), run.rate, run.errors)


@contextmanager
def issuing(bench: Bench) -> Iterator[tuple[dict[str, str], str]]:
    """Run the issuer for development, and give the settings that trust it, and a token."""
    command = [str(bench.python), "-c", ISSUE]
    with subprocess.Popen(
        command,
        cwd=bench.service,
        env=bench.shell(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            sys.exit("The issuer does not start; its error is above.")
        settings, token = json.loads(line)
        yield settings, token
        process.kill()


def report(about: dict[str, Any], taken: Costs) -> str:
    """Return the figures as a page in Markdown."""
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    head = PAGE.format(
        **about
        | {name: about[name][0] for name in ("load", "load_after")}
        | {"versions": versions, "rounds": ROUNDS, "seconds": SECONDS},
    )
    return head + "".join(f"| {' | '.join(row_of(name, taken[name]))} |\n" for name in taken)


def row_of(name: str, sides: dict[str, list[Cost]]) -> list[str]:
    """Return the row of one kind of read."""
    pairs = list(zip(sides["without"], sides["with"], strict=True))
    more = median(one.spent / other.spent for other, one in pairs) - 1
    spent = [median(each.spent for each in side) * MICROSECONDS for side in sides.values()]
    rates = [median(each.rate for each in side) for side in sides.values()]
    errors = sum(each.errors for side in sides.values() for each in side)
    costs = [f"{each:,.0f}" for each in spent]
    goal = f"≤ {GOAL:.0%}" if name == "get" else ""
    return [name, *costs, f"{more:.1%}", goal, *(f"{rate:,.0f}" for rate in rates), str(errors)]


if __name__ == "__main__":
    main()
