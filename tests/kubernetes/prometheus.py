"""Prometheus of the package manager: its server over given samples, and promtool."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2

from tests.faults.ports import HOST, free_port
from tests.faults.server import await_truth, kill_group
from tests.kubernetes.otlp import Labels, Sample, as_text
from tests.support import outcome_of

MISSING: Final = "these tests need Prometheus and its promtool: apt-get install prometheus"
TIMEOUT_SECONDS: Final = 60


@dataclass(frozen=True)
class Prometheus:
    """A running server, and all samples that it has."""

    client: httpx2.Client
    samples: list[Sample]

    def is_ready(self) -> bool:
        """Return whether it answers queries."""
        try:
            return self.client.get("/-/ready").is_success
        except httpx2.TransportError:
            return False

    def query(self, expression: str) -> list[tuple[Labels, float]]:
        """Return the labels and values that an expression gives at the time of the last sample.

        Raises:
            ValueError: It is not a valid expression.
        """
        newest = max(sample.time for sample in self.samples)
        parameters = {"query": expression, "time": f"{newest:.3f}"}
        answer = self.client.get("/api/v1/query", params=parameters).json()
        if answer["status"] != "success":
            raise ValueError(answer["error"])
        result = answer["data"]["result"]
        return [(series["metric"], float(series["value"][1])) for series in result]


@contextmanager
def prometheus(samples: list[Sample], place: Path) -> Iterator[Prometheus]:
    """Run a server that has these samples, and no others, until the end of the block."""
    text, data, config = (place / name for name in ("samples.txt", "data", "prometheus.yml"))
    text.write_text(as_text(samples))
    config.touch()
    code, printed = promtool("tsdb", "create-blocks-from", "openmetrics", str(text), str(data))
    assert code == 0, printed
    address = f"{HOST}:{free_port()}"
    command = [
        program("prometheus"),
        f"--config.file={config}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address={address}",
    ]
    log = place / "prometheus.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stderr=output, start_new_session=True)
    try:
        with httpx2.Client(base_url=f"http://{address}") as client:
            server = Prometheus(client, samples)
            await_truth(server.is_ready, "Prometheus answers", log)
            yield server
    finally:
        kill_group(process)


def promtool(*arguments: str) -> tuple[int, str]:
    """Run promtool, and return its exit code and what it printed."""
    return outcome_of([program("promtool"), *arguments], TIMEOUT_SECONDS)


def program(name: str) -> str:
    """Return the path of a program of Prometheus."""
    path = shutil.which(name)
    assert path, MISSING
    return path
