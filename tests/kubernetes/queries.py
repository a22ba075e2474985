"""Checks of alert rules and dashboards."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from math import isnan
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from tests.kubernetes.otlp import Sample
from tests.kubernetes.prometheus import Prometheus, promtool

SELECTOR: Final = re.compile(r"\b([a-z_]\w*)\{([^}]*)\}")
MATCHER: Final = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
GROUPING: Final = re.compile(r"\bby \(([^)]*)\)")
THRESHOLD: Final = re.compile(r"\s(?:>=?|<=?)\s+[\d.]+\s*$")
VARIABLE: Final = re.compile(r"label_values\((\w+)(\{.*\})?, (\w+)\)")
LEGEND: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
SEVERITIES: Final = {"critical", "warning"}

Metrics = dict[str, set[str]]

# What kube-state-metrics emits, by its documentation; a service emits none of them.
OF_KUBERNETES: Final[Metrics] = {
    "kube_pod_container_status_restarts_total": {"namespace", "pod", "container", "uid"},
    "kube_deployment_status_replicas_available": {"namespace", "deployment"},
    "kube_deployment_spec_replicas": {"namespace", "deployment"},
}


class Query(NamedTuple):
    """A query, where it stands, and the labels that its answer is read by."""

    place: str
    expression: str
    labels: Set[str] = frozenset()


def check_rules(folder: Path) -> list[str]:
    """Return what promtool and our own conventions have against the rules of a folder."""
    rules = folder / "alerts.yaml"
    commands = [
        ("check", "rules", "--lint=all", "--lint-fatal", str(rules)),
        ("test", "rules", str(folder / "alerts.test.yaml")),
    ]
    found = [output for code, output in (promtool(*command) for command in commands) if code]
    for rule in rules_of(rules.read_text()):
        if rule.get("labels", {}).get("severity") not in SEVERITIES:
            found.append(f"{rule['alert']} has no severity")
        found += [
            f"{rule['alert']} has no {name} that is a sentence"
            for name in ("summary", "description", "runbook")
            if not rule.get("annotations", {}).get(name, "").endswith(".")
        ]
    return found


def check_queries(queries: Iterable[Query], server: Prometheus) -> list[str]:
    """Return what is wrong with queries; those of Kubernetes' metrics are not asked."""
    known = metrics_of(server.samples) | OF_KUBERNETES
    found: list[str] = []
    for query in queries:
        found += unknown(query, known)
        if "kube_" not in query.expression:
            found += silence(query, server)
    return found


def metrics_of(samples: Iterable[Sample]) -> Metrics:
    """Return the names of metrics, each with the names of its labels."""
    metrics: Metrics = {}
    for sample in samples:
        metrics.setdefault(sample.name, set()).update(sample.labels)
    return metrics


def of_alerts(rules: str) -> list[Query]:
    """Return the expressions of alerts, without the threshold: the value that it is compared to."""
    return [
        Query(rule["alert"], THRESHOLD.sub("", rule["expr"]).replace("absent(", "("))
        for rule in rules_of(rules)
    ]


def rules_of(rules: str) -> list[dict[str, Any]]:
    """Return the rules of all groups."""
    return [rule for group in yaml.safe_load(rules)["groups"] for rule in group["rules"]]


def of_dashboard(dashboard: str, job: str) -> list[Query]:
    """Return the queries of panels and variables, as Grafana sends them with all selected."""
    values = {"$job": job, "$instance": ".*", "$route": ".*", "$__rate_interval": "4m"}
    model = json.loads(dashboard)
    queries = [*of_variables(model["templating"]["list"]), *of_panels(model["panels"])]
    return [each._replace(expression=insert(each.expression, values)) for each in queries]


def of_variables(variables: Iterable[dict[str, Any]]) -> Iterator[Query]:
    """Yield a query for each variable whose values are those of a label."""
    for variable in variables:
        if variable["type"] == "query":
            found = VARIABLE.fullmatch(variable["query"]["query"])
            assert found, variable
            metric, matchers, label = found.groups()
            expression = f"count by ({label}) ({metric}{matchers or '{}'})"
            yield Query(f"${variable['name']}", expression, {label})


def of_panels(panels: Iterable[dict[str, Any]]) -> Iterator[Query]:
    """Yield the queries of panels; their legends name labels."""
    for panel in panels:
        for target in panel.get("targets", ()):
            labels = set(LEGEND.findall(target["legendFormat"]))
            yield Query(panel["title"], target["expr"], labels)


def insert(expression: str, values: Mapping[str, str]) -> str:
    """Return an expression with values for its variables."""
    for name, value in values.items():
        expression = expression.replace(name, value)
    return expression


def unknown(query: Query, metrics: Metrics) -> Iterator[str]:
    """Yield the metrics and labels of a query that nothing emits."""
    selectors = SELECTOR.findall(query.expression)
    assert selectors, f"{query}: each metric has its labels in braces"
    grouped = {name for names in GROUPING.findall(query.expression) for name in names.split(", ")}
    for metric, matchers in selectors:
        if metric not in metrics:
            yield f"{query.place}: there is no metric {metric}"
            continue
        for label in sorted({*MATCHER.findall(matchers), *grouped} - metrics[metric]):
            yield f"{query.place}: {metric} has no label {label}"


def silence(query: Query, server: Prometheus) -> Iterator[str]:
    """Yield why a query is not answered with data that have its labels."""
    try:
        answer = server.query(query.expression)
    except ValueError as error:
        yield f"{query.place}: {error}"
        return
    if not [value for _, value in answer if not isnan(value)]:
        yield f"{query.place}: no data"
    elif not [labels for labels, _ in answer if query.labels <= labels.keys()]:
        yield f"{query.place}: no series has {sorted(query.labels)}"
