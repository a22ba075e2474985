"""Alert rules and the dashboard, over the metrics that a running service exported."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.faults.collector import Collector, collect
from tests.faults.postgres import prepare
from tests.faults.server import PRODUCTS, Server, await_truth, serve
from tests.kubernetes.manifests import Manifest
from tests.kubernetes.otlp import Sample, read
from tests.kubernetes.prometheus import Prometheus, prometheus
from tests.kubernetes.queries import (
    SELECTOR,
    check_queries,
    check_rules,
    of_alerts,
    of_dashboard,
)
from tests.support import Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("monitoring")]

METRICS: Final = "/v1/metrics"
OTEL: Final = {"OTEL_METRIC_EXPORT_INTERVAL": "300", "OTEL_TRACES_EXPORTER": "none"}


@pytest.fixture(scope="module")
def samples(
    deployable_render: Path, environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Sample]:
    """Return what the service exports while it answers all kinds of requests."""
    service = Service(deployable_render, environment)
    log = tmp_path_factory.mktemp("exporting") / "service.log"
    with tempfile.TemporaryDirectory(prefix="monitoring-") as place, collect() as collector:
        database = prepare(service, Path(place) / "data")
        database.start()
        # A second product of the same name is an error that the service does not expect: a 500.
        database.query("ALTER TABLE products ADD CONSTRAINT other EXCLUDE (name WITH =)")
        try:
            settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url} | OTEL
            with serve(service, database.url, log, **settings) as server:
                for _ in range(3):  # rates need series that grow from export to export
                    statuses = {*send(server)}
                    await_export(collector)
        finally:
            database.stop("immediate")
        assert statuses == {200, 404, 422, 500}
        return read(body for path, body in collector.received if path == METRICS)


def await_export(collector: Collector) -> None:
    """Wait for an export that began from now on: for the second that arrives."""
    before = len(collector.received)
    await_truth(lambda: len(collector.received) >= before + 2, "metrics are exported")


def send(server: Server) -> Iterator[int]:
    """Send a request of each kind, and yield the statuses."""
    with server.client() as client:
        for name in ("twice", "twice", 0):
            yield client.post(PRODUCTS, json={"name": name, "price": 1}).status_code
        for path in (PRODUCTS, f"{PRODUCTS}1", f"{PRODUCTS}999999", "/livez", "/readyz"):
            yield client.get(path).status_code


@pytest.fixture(scope="module")
def server(samples: list[Sample], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Return a Prometheus that has these metrics."""
    with prometheus(samples, tmp_path_factory.mktemp("prometheus")) as server:
        yield server


@pytest.fixture(scope="module")
def files(deployable_render: Path) -> Path:
    """Return the folder of the rules and the dashboard."""
    return deployable_render / "deploy" / "monitoring"


@pytest.fixture
def own_files(files: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, to change."""
    return Path(shutil.copytree(files, tmp_path / "monitoring"))


def test_rules_are_valid_and_each_alert_fires_beyond_its_threshold_only(files: Path) -> None:
    assert check_rules(files) == []
    tested = (files / "alerts.test.yaml").read_text()
    for alert, *_ in of_alerts((files / "alerts.yaml").read_text()):
        assert f'{{alertname="{alert}"}}' in tested


def test_each_alert_compares_values_that_the_service_exports(
    files: Path, server: Prometheus
) -> None:
    alerts = of_alerts((files / "alerts.yaml").read_text())
    assert len(alerts) == 7
    assert check_queries(alerts, server) == []


def test_each_query_of_the_dashboard_is_answered_with_data(files: Path, server: Prometheus) -> None:
    queries = of_dashboard((files / "dashboard.json").read_text(), "shop")
    assert len(queries) == 21
    assert check_queries(queries, server) == []


def test_the_dashboard_shows_every_metric_that_the_service_exports(
    files: Path, samples: list[Sample]
) -> None:
    shown = (files / "dashboard.json").read_text()
    exported = {re.sub("_(bucket|count|sum)$", "_", sample.name) for sample in samples}
    assert not [name for name in exported if name not in shown]


def test_probes_are_not_measured(samples: list[Sample]) -> None:
    assert {sample.labels.get("http_route") for sample in samples} == {
        None,
        PRODUCTS,
        f"{PRODUCTS}{{product_id}}",
    }


def test_alerts_are_about_this_service_alone(files: Path, production: list[Manifest]) -> None:
    [deployment] = [each for each in production if each["kind"] == "Deployment"]
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    name = deployment["metadata"]["name"]
    of_this = (
        f'job="{name}"',
        f'deployment="{name}"',
        f'container="{container["name"]}", pod=~"{name}-',
    )
    for alert, expression, _ in of_alerts((files / "alerts.yaml").read_text()):
        assert all(matchers.startswith(of_this) for _, matchers in SELECTOR.findall(expression)), (
            alert
        )


@pytest.mark.parametrize(
    ("text", "mistake", "problem"),
    [
        ("http_server_request_duration", "http_server_requests_duration", "there is no metric"),
        ("http_route=~", "http_target=~", "has no label http_target"),
        ("le) (rate(db_", "db_query_text, le) (rate(db_", "has no label db_query_text"),
        ("db_client_connection_max{job", "db_client_connections_max{job", "there is no metric"),
        ('state=\\"used', 'state=\\"busy', "Connections of the pool: no data"),
        ("{{error_type}}", "{{db_response_status_code}}", "no series has"),
        ("histogram_quantile(0.99, sum", "histogram_quantile(0.99, summe", "parse error"),
        ("_count{job", "_total{job", "there is no metric"),
    ],
)
def test_a_mistake_in_the_dashboard_is_found(
    files: Path, server: Prometheus, text: str, mistake: str, problem: str
) -> None:
    right = (files / "dashboard.json").read_text()
    assert text in right
    queries = of_dashboard(right.replace(text, mistake), "shop")
    assert problem in "\n".join(check_queries(queries, server))


@pytest.mark.parametrize(
    ("text", "mistake", "problem"),
    [
        ("http_response_status_code", "http_status_code", "has no label http_status_code"),
        ("db_client_connection_max", "db_client_connections_max", "there is no metric"),
        ("kube_deployment_spec_replicas", "kube_deployment_replicas", "there is no metric"),
        ('job="shop"', 'job="unknown_service"', "no data"),
    ],
)
def test_a_mistake_in_the_alerts_is_found(
    files: Path, server: Prometheus, text: str, mistake: str, problem: str
) -> None:
    right = (files / "alerts.yaml").read_text()
    assert text in right
    queries = of_alerts(right.replace(text, mistake))
    assert problem in "\n".join(check_queries(queries, server))


@pytest.mark.parametrize(
    ("text", "mistake", "problem"),
    [
        ("> 0.01", "> 0.008", "got: {} 1E+00"),
        ("> 0.01", "> 0.02", 'HighErrorRate"} 1E+00, {'),
        ('5.."}', '[45].."}', "got: {} 1E+00"),
        ("0.99, sum", "0.9, sum", 'exp: {alertname="HighLatency"}'),
        (">= 0.9", "> 0.9", 'exp: {alertname="DatabasePoolSaturated"}'),
        (") > 0\n        for: 5m", ") > 0\n        for: 2m", "got: {} 1E+00"),
        ("for: 10m", "for: 30m", 'exp: {alertname="MetricsMissing"}'),
        ("< kube_deployment", "<= kube_deployment", "got: {} 1E+00"),
        ("-[a-z0-9]+-?", "-[a-z0-9-]+", "got: {} 1E+00"),
        ("$labels.pod", "$label.pod", "undefined variable"),
        ("sum by (job)", "summe by (job)", "parse error"),
        ("severity: critical", "team: critical", "HighErrorRate has no severity"),
        ("runbook: ", "hint: ", "HighErrorRate has no runbook"),
    ],
)
def test_a_mistake_in_the_rules_is_found(
    own_files: Path, text: str, mistake: str, problem: str
) -> None:
    rules = own_files / "alerts.yaml"
    right = rules.read_text()
    assert text in right
    rules.write_text(right.replace(text, mistake))
    assert problem in "\n".join(check_rules(own_files))
