"""The image serves where nothing can be written, nothing is allowed, and memory is short."""

import json
import signal
import sys
import time
from typing import Final

import pytest

from tests.container.containers import Container, Image, Start
from tests.faults.collector import collect
from tests.faults.load import SLOWLY, stop_under_load
from tests.faults.postgres import Postgres
from tests.faults.server import PRODUCTS, await_truth

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("container")]

USER: Final = 10001
NOTHING: Final = "0" * 16
LARGEST: Final = 230_000_000  # bytes, with the stand-in of the base image
PRODUCT: Final = '{"name": "one", "price": 1.5}'


@pytest.fixture(scope="module")
def database(image: Image, empty_database: Postgres) -> Postgres:
    """Return a database that the image migrated, twice: the second time changes nothing."""
    for _ in range(2):
        image.run("alembic", "upgrade", "head", DATABASE_URL=empty_database.url)
    empty_database.query(SLOWLY)
    return empty_database


@pytest.fixture
def container(start: Start, database: Postgres) -> Container:
    """Return a service that is ready."""
    return ready(start(DATABASE_URL=database.url))


def ready(container: Container) -> Container:
    """Wait until a service is ready, and print how long it took."""
    begin = time.monotonic()
    await_truth(lambda: container.status("/readyz") == 200, "the container is ready")
    sys.stdout.write(f"ready {time.monotonic() - begin:.2f} s after its start\n")
    return container


def test_it_migrates_a_database_becomes_ready_and_answers(
    container: Container, database: Postgres
) -> None:
    assert "products" in database.query("SELECT tablename FROM pg_tables")
    assert container.status("/livez") == 200
    assert container.status("/docs") == 200
    assert container.status(PRODUCTS) == 200
    assert container.status(f"{PRODUCTS}?limit=0") == 422


def test_its_first_process_is_the_server_without_rights_and_places_to_write(
    container: Container,
) -> None:
    lines = container.run("cat", "/proc/1/status").splitlines()
    status = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    assert {int(number) for number in status["Uid"] + status["Gid"]} == {USER}
    assert {status[name][0] for name in ("CapBnd", "CapEff", "CapPrm")} == {NOTHING}
    assert status["NoNewPrivs"] == ["1"]
    assert container.run("cat", "/proc/1/cmdline").split("\0")[:3] == ["python", "-m", "app"]
    for place in ("/srv", "/tmp", "/var/tmp"):
        code, output = container.engine.attempt(
            "podman", "exec", "--user=0", container.name, "touch", f"{place}/file"
        )
        assert (code, "Read-only file system" in output) == (1, True), output


@pytest.mark.parametrize("keep_alive", [True, False], ids=["kept", "fresh"])
def test_a_stop_under_load_leaves_no_request_without_an_answer(
    container: Container, database: Postgres, keep_alive: bool
) -> None:
    database.query("TRUNCATE products")

    result = stop_under_load(container, keep_alive=keep_alive)

    assert container.await_exit() == 0
    assert result.unanswered == []
    assert set(result.statuses) == {200, 201}
    stored = database.query("SELECT name FROM products").splitlines()
    assert sorted(stored) == sorted(result.created)


def test_settings_and_telemetry_work_in_it(start: Start, database: Postgres) -> None:
    with collect() as collector:
        container = start(
            DATABASE_URL=database.url,
            LOG_LEVEL="DEBUG",
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
            ROOT_PATH="/prefix",
            SHUTDOWN_TIMEOUT="5",
            WORKERS="2",
        )
        ready(container)
        assert container.status(PRODUCTS) == 200
        container.signal(signal.SIGTERM)
        assert container.await_exit() == 0
    lines = [json.loads(line) for line in container.log().splitlines()]
    assert f"/prefix{PRODUCTS}" in [line.get("path") for line in lines]
    assert {path for path, _ in collector.received} == {"/v1/traces", "/v1/metrics"}
    assert b"shop" in collector.content("/v1/traces")


def test_a_missing_setting_is_named(start: Start) -> None:
    container = start()
    assert container.await_exit() == 1
    assert container.log().startswith("DATABASE_URL is not set: ")
    assert len(container.log().splitlines()) == 1


def test_it_is_small(image: Image) -> None:
    size = image.engine.run("podman", "image", "inspect", "--format={{.Size}}", image.name)
    assert int(size) <= LARGEST
