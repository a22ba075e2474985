"""Whatever the API of a service is sent, it answers as it says in OpenAPI, for fields of every kind."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psutil
import pytest

from tests.answer_sets import REFERENCES, TYPES, resource
from tests.support import Service
from tests.updates.text import replace

RUN: Final = "from tools.properties.run import main; main()"
POLL_SECONDS: Final = 0.05
STOP_SECONDS: Final = 30


@pytest.mark.slow
def test_the_api_keeps_its_word(make_service: Callable[..., Service]) -> None:
    service = make_service(resources=[resource("everything", **TYPES), *REFERENCES[:3]])
    output = service.run("poe", "properties", "--phases=fuzzing", "--max-examples=2")
    assert "No issues found" in output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "line", "fault", "code"),
    [
        ("app/main.py", "app.state.database = Database(settings)", "raise RuntimeError", 3),
        ("app/services/product_service.py", 'RESOURCE: Final = "product"', "sys.exit(7)", 7),
        (
            "app/services/product_service.py",
            "product = Product(**data.model_dump())",
            "os.kill(os.getpid(), signal.SIGSEGV)",
            -11,
        ),
    ],
    ids=["starts with an error", "cannot be imported", "crashes at a request"],
)
def test_a_service_that_ends_is_reported(
    owned: Service, place: str, line: str, fault: str, code: int
) -> None:
    file = owned.path / place
    indent = re.search(rf"^( *){re.escape(line)}", file.read_text(), re.MULTILINE)
    assert indent
    replace(file, line, f"{fault}\n{indent[1]}{line}")
    replace(file, "\n\nfrom", "\n\nimport os, signal, sys\nfrom")
    replace(owned.path / "schemathesis.toml", "wait-for-schema = 15", "wait-for-schema = 2")
    exit_code, output = owned.attempt("poe", "properties")
    assert exit_code == 1
    assert output.endswith(f"The service ended with exit code {code}: see its log above.\n")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_service_as_well(
    owned: Service, tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "log"
    program = owned.start("python", "-c", RUN, log=log)
    while "API capabilities" not in log.read_text():
        assert program.poll() is None, log.read_text()
        time.sleep(POLL_SECONDS)
    [served] = psutil.Process(program.pid).children()
    to_group = number == signal.SIGINT  # as a terminal does
    (os.killpg if to_group else os.kill)(program.pid, number)
    assert program.wait(STOP_SECONDS) != 0
    assert not served.is_running()
    assert "The service ended" not in log.read_text()
