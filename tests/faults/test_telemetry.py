"""Telemetry leaves over OTLP when an endpoint is set; a collector that is down costs nothing."""

import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import pytest

from tests.faults.collector import Collector, collect
from tests.faults.conftest import Serve
from tests.faults.ports import HOST, free_port
from tests.faults.postgres import Postgres
from tests.faults.proxy import black_hole
from tests.faults.server import PRODUCTS, Server, await_truth
from tests.faults.test_shutdown import STOPPED
from tests.support import Service

pytestmark = pytest.mark.slow

MARKER: Final = "secret-of-a-client"
# Idle, the service stops within 5 s; a machine under the load of all tests needs longer.
STOP_SECONDS: Final = 8
LONG_SECONDS: Final = "60"
COLLECTORS: Final = ("down", "silent", "slow", "busy")


@contextmanager
def broken(kind: str) -> Iterator[str]:
    """Give the URL of a collector that fails in this way."""
    with ExitStack() as stack:
        if kind == "down":
            yield f"http://{HOST}:{free_port()}"
        elif kind == "silent":
            yield f"http://{HOST}:{stack.enter_context(black_hole())}"
        elif kind == "slow":
            yield stack.enter_context(collect(seconds=STOP_SECONDS)).url
        else:
            yield stack.enter_context(collect(503)).url


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collect() as collector:
        yield collector


def stop(server: Server) -> int:
    """Stop a server, and return its exit code."""
    server.signal(signal.SIGTERM)
    return server.await_exit()


@pytest.mark.parametrize("kind", COLLECTORS)
def test_a_collector_that_fails_delays_no_request_and_no_stop_and_floods_no_log(
    database: Postgres, start: Serve, kind: str
) -> None:
    with broken(kind) as url:
        # Batches of one span: each is exported at once, and each of them fails.
        batches = {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1", "OTEL_BSP_SCHEDULE_DELAY": "50"}
        patient = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_EXPORTER_OTLP_TIMEOUT": LONG_SECONDS}
        workers = "2" if kind == "silent" else "1"
        server = start(
            database.url,
            WORKERS=workers,
            OTEL_METRIC_EXPORT_INTERVAL="200",
            **patient,
            **batches,
        )
        started = time.monotonic()
        with server.client() as client:
            assert [client.get(PRODUCTS).status_code for _ in range(50)] == [200] * 50
        took = time.monotonic() - started
        stopped = time.monotonic()

        code = stop(server)

        assert time.monotonic() - stopped < STOP_SECONDS
        assert took < STOP_SECONDS  # an export that a request waited for would take a minute
        assert code in STOPPED
    of_exporters = [
        line for line in server.log_lines() if "opentelemetry" in line.get("logger", "")
    ]
    assert len(of_exporters) <= 2 * int(workers)  # a minute: one of exporters, one of the queue


def test_a_request_leaves_as_a_trace_that_its_log_line_names(
    database: Postgres, start: Serve, collector: Collector
) -> None:
    server = start(database.url, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    with server.client() as client:
        client.get(PRODUCTS, headers={"X-Request-ID": "traced"})
        client.get("/readyz")
        client.get("/livez")

    assert stop(server) in STOPPED

    traces = collector.content("/v1/traces")
    [line] = [line for line in server.log_lines() if line.get("request_id") == "traced"]
    assert bytes.fromhex(line["trace_id"]) in traces
    assert b"SELECT products" in traces
    for signals in (traces, collector.content("/v1/metrics")):
        assert b"GET" in signals
        assert b"livez" not in signals
        assert b"readyz" not in signals
    assert b"SELECT 1" not in traces


def test_values_of_clients_never_leave(
    database: Postgres, start: Serve, collector: Collector
) -> None:
    # A violation that no endpoint expects is a 500, and the server's message has the whole row.
    database.query("ALTER TABLE products ADD CONSTRAINT other EXCLUDE (name WITH =)")
    server = start(database.url, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    product = {"name": MARKER, "price": 1}
    with server.client() as client:
        statuses = [client.post(PRODUCTS, json=product).status_code for _ in range(2)]
        statuses.append(client.get(PRODUCTS, params={"name": MARKER}).status_code)
        statuses.append(client.post(PRODUCTS, json={"name": [MARKER]}).status_code)

    assert stop(server) in STOPPED

    assert statuses == [201, 500, 200, 422]
    assert b"INSERT products" in collector.content("/v1/traces")
    assert b"23P01" in collector.content("/v1/traces")
    assert MARKER.encode() not in collector.content()
    assert MARKER not in server.log.read_text()


def test_each_worker_is_an_instance_of_the_service(
    service: Service, database: Postgres, start: Serve, collector: Collector
) -> None:
    server = start(database.url, WORKERS="2", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    started = "Application startup complete."

    def both_started() -> bool:
        return [line["event"] for line in server.log_lines()].count(started) == 2

    await_truth(both_started, "two workers have started", server.log)
    assert stop(server) in STOPPED

    uuid = rb"service\.instance\.id\x12.{0,4}([0-9a-f-]{36})"
    metrics = collector.content("/v1/metrics")
    assert len(set(re.findall(uuid, metrics, re.DOTALL))) == 2
    assert b"unknown_service" not in metrics
    assert f"{service.path.name}".encode() in metrics


def test_other_protocols_are_named_and_nothing_else_happens(
    database: Postgres, start: Serve, collector: Collector
) -> None:
    variables = {
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
    }
    server = start(database.url, **variables)
    server.await_status(PRODUCTS, 200)
    assert stop(server) in STOPPED
    assert collector.received == []
    [line] = [line for line in server.log_lines() if line["event"] == "telemetry_is_off"]
    assert "http/protobuf" in json.dumps(line)


def test_nothing_leaves_and_nothing_is_logged_of_it_without_the_variables(
    database: Postgres, start: Serve
) -> None:
    server = start(database.url)
    server.await_status("/readyz", 200)
    assert "trace" not in server.log.read_text().lower()
    assert "otlp" not in server.log.read_text().lower()
