"""Helpers of all benchmarks: timed commands, and a description of the machine."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
GIT: Final = ["git", "-c", "user.name=Owner", "-c", "user.email=owner@example.com"]
LOOP_ROUNDS: Final = 1_000_000
LOOP_TIMES: Final = 5
MILLISECONDS: Final = 1000
# Variables that would change the results.
UNWANTED: Final = (
    "DATABASE_URL",
    "TEST_DATABASE_URL",
    "PYTEST_ADDOPTS",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPATH",
    "UV_PROJECT_ENVIRONMENT",
)


def variables(environment: Path, **extra: str) -> dict[str, str]:
    """Return the environment variables of a shell in which a virtual environment is active."""
    inherited = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    own = {
        "PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(environment),
        # The user of PostgreSQL, which is not root, cannot read pytest's own directory.
        "PYTEST_DEBUG_TEMPROOT": str(environment.parent),
    }
    return inherited | own | extra


def run(command: list[str], place: Path, env: dict[str, str] | None = None) -> str:
    """Run a command in a folder and return what it printed.

    Raises:
        SystemExit: It failed; the message has its output.
    """
    done = subprocess.run(
        command,
        cwd=place,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}")
    return done.stdout


def install(service: Path, environment: Path, *options: str) -> None:
    """Install what a service needs, as `uv sync` does for its owner."""
    own = {"UV_PROJECT_ENVIRONMENT": str(environment)}
    sync = ["uv", "sync", "--quiet", "--compile-bytecode", "--python", sys.executable, *options]
    run(sync, service, variables(environment) | own)


def commit(place: Path) -> None:
    """Create a git repository with all files of a folder."""
    run(["git", "init", "--quiet"], place)
    run([*GIT, "add", "--all"], place)
    run([*GIT, "commit", "--quiet", "--no-verify", "--message", "chore: begin"], place)


def seconds(action: Callable[[], object]) -> float:
    """Return the wall-clock time of an action."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def loop_milliseconds() -> float:
    """Return the time of a fixed loop in Python, as a measure of the speed of the machine.

    Shared machines vary: the same loop took between 90 and 260 ms within a day.
    """
    taken = []
    for _ in range(LOOP_TIMES):
        before, total = time.thread_time(), 0
        for number in range(LOOP_ROUNDS):
            total += number * number % 7
        taken.append(time.thread_time() - before)
    return median(taken) * MILLISECONDS


def processor_seconds() -> float:
    """Return the CPU time of all commands that have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def machine() -> dict[str, Any]:
    """Return what the figures depend on, without anything that identifies the machine."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "cpus": os.cpu_count(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "python": platform.python_version(),
    }


def processor() -> str:
    """Return the model of the processor, if the system reports it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or "unknown"


def version_of(packages: list[str], python: Path) -> dict[str, str]:
    """Return the versions of packages in a virtual environment."""
    code = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    found = run([str(python), "-c", code, *packages], ROOT).split()
    return dict(zip(packages, found, strict=True))
