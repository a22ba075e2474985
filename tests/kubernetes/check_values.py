"""Checks of single manifests: their schema, and the values that no schema checks."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from tests.kubernetes.manifests import Facts, Manifest, of_kind, templates, walk

VERSIONS: Final = ("1.31", "1.37")  # of Kubernetes: what deploy/README.md names, and the newest
VALIDATE: Final = (sys.executable, "-m", "kubernetes_validate", "--quiet", "--strict")
# The newest stable version of each kind.
API_VERSIONS: Final = {
    "ConfigMap": "v1",
    "Deployment": "apps/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "Job": "batch/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "PodDisruptionBudget": "policy/v1",
    "Service": "v1",
    "ServiceAccount": "v1",
}
# What these fields may be, by their last two names or their last.
CHOICES: Final[dict[str, set[Any]]] = {
    "action": {"Count", "FailIndex", "FailJob", "Ignore"},
    "appProtocol": {"http"},
    "imagePullPolicy": {"Always", "IfNotPresent", "Never"},
    "metrics.type": {"ContainerResource", "External", "Object", "Pods", "Resource"},
    "onPodConditions.status": {"True", "False", "Unknown"},
    "onPodConditions.type": {"DisruptionTarget"},
    "policyTypes": {"Egress", "Ingress"},
    "protocol": {"SCTP", "TCP", "UDP"},
    "restartPolicy": {"Always", "Never", "OnFailure"},
    "seccompProfile.type": {"RuntimeDefault"},
    "spec.type": {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"},
    "strategy.type": {"Recreate", "RollingUpdate"},
    "target.type": {"AverageValue", "Utilization", "Value"},
    "unhealthyPodEvictionPolicy": {"AlwaysAllow", "IfHealthyBudget"},
    "whenUnsatisfiable": {"DoNotSchedule", "ScheduleAnyway"},
}
QUANTITY: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(m|[kMGTPE]|[KMGTPE]i)?")
FACTORS: Final = {"": 1.0, "m": 1e-3} | {
    prefix + end: float(base**power)
    for end, base, prefixes in (("", 1000, "kMGTPE"), ("i", 1024, "KMGTPE"))
    for power, prefix in enumerate(prefixes, start=1)
}
LABELS: Final = ("name", "instance", "managed-by")
CREDENTIALS: Final = re.compile(r"://[^/\s]*:[^/\s]*@|-----BEGIN|^eyJ|AKIA[0-9A-Z]{16}")
SECRET_NAMES: Final = re.compile(r"PASSWORD|SECRET|TOKEN|CREDENTIAL|API_?KEY|DATABASE_URL|_HEADERS")


def check_values(manifests: list[Manifest], facts: Facts) -> Iterator[str]:
    """Yield a sentence for each value that is wrong."""
    for manifest in manifests:
        kind = manifest["kind"]
        if manifest["apiVersion"] != API_VERSIONS.get(kind):
            yield f"{kind}: {manifest['apiVersion']} is not its newest stable version"
        given = manifest["metadata"].get("labels", {})
        for label in LABELS:
            if f"app.kubernetes.io/{label}" not in given:
                yield f"{kind}: the label app.kubernetes.io/{label} is missing"
        for path, value in walk(manifest):
            yield from check_value(kind, path, value)
    for kind, template in templates(manifests):
        for container in template["spec"]["containers"]:
            yield from check_resources(kind, container.get("resources", {}))
    yield from check_settings(manifests, facts)


def check_schemas(manifests: list[Manifest]) -> Iterator[str]:
    """Yield all that is against the schemas, and each manifest that has none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "manifests.yaml"
        file.write_text(yaml.safe_dump_all(manifests))
        versions = [f"--kubernetes-version={version}" for version in VERSIONS]
        done = subprocess.run(
            [*VALIDATE, *versions, file], capture_output=True, text=True, check=False
        )
    yield from (done.stdout + done.stderr).replace(f"{file} ", "").splitlines()
    if done.returncode and not done.stdout + done.stderr:
        yield f"kubernetes-validate: exit code {done.returncode}"


def check_value(kind: str, path: tuple[str, ...], value: Any) -> Iterator[str]:
    """Yield what is wrong with a value that has a name everywhere."""
    name = ".".join(path[-2:])
    choices = CHOICES.get(name) or CHOICES.get(path[-1])
    if path[-1] == "type" and choices is None:
        yield f"{kind}: no check knows the values of {name}"
    if choices and value not in choices:
        yield f"{kind}: {name} cannot be {value}"
    if isinstance(value, str) and CREDENTIALS.search(value):
        yield f"{kind}: {name} is a secret in plain text"


def check_resources(kind: str, resources: Manifest) -> Iterator[str]:
    """Yield the requests and limits that are missing, malformed, or more than is allowed."""
    sizes: dict[tuple[str, str], float] = {}
    for group in ("requests", "limits"):
        for name, text in resources.get(group, {}).items():
            found = QUANTITY.fullmatch(str(text))
            if found is None:
                yield f"{kind}: {group}.{name} is not a quantity: {text}"
            else:
                sizes[group, name] = float(found[1]) * FACTORS[found[2] or ""]
    for needed in (("requests", "cpu"), ("requests", "memory"), ("limits", "memory")):
        if needed[1] not in resources.get(needed[0], {}):
            yield f"{kind}: {'.'.join(needed)} is missing"
    for (group, name), size in sizes.items():
        if group == "requests" and size > sizes.get(("limits", name), size):
            yield f"{kind}: requests.{name} is more than its limit"


def check_settings(manifests: list[Manifest], facts: Facts) -> Iterator[str]:
    """Yield variables that the service does not read, and secrets that are not references."""
    if list(of_kind(manifests, "Secret")):
        yield "Secret: it is created in the cluster, never by a file"
    configured = [name for each in of_kind(manifests, "ConfigMap") for name in each["data"]]
    variables = [
        variable
        for _, template in templates(manifests)
        for container in template["spec"]["containers"]
        for variable in container.get("env", [])
    ]
    for name in [*configured, *(variable["name"] for variable in variables)]:
        if name not in facts.settings and not name.startswith("OTEL_"):
            yield f"{name} is not a setting"
    plain = [*configured, *(each["name"] for each in variables if "value" in each)]
    for name in plain:
        if name in facts.secrets or SECRET_NAMES.search(name):
            yield f"{name} is a secret in plain text"
