"""Mistakes in manifests, each with what the checks have to say of it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final, NamedTuple

from tests.kubernetes.manifests import Manifest, of_kind

POD: Final = "spec.template.spec"
CONTAINER: Final = f"{POD}.containers.0"
REMOVED: Final = object()
APPEND: Final = "-"


class Mistake(NamedTuple):
    """A value that replaces another, or removes it, and the sentence that names it."""

    kind: str
    path: str
    value: Any
    sentence: str


def plant(manifests: list[Manifest], mistake: Mistake) -> list[Manifest]:
    """Return the manifests with a mistake."""
    planted = deepcopy(manifests)
    holder: Any = next(of_kind(planted, mistake.kind))
    *names, last = mistake.path.split(".")
    for name in names:
        holder = holder[int(name)] if isinstance(holder, list) else holder[name]
    if mistake.value is REMOVED:
        del holder[last]
    elif last == APPEND:
        holder.append(mistake.value)
    elif isinstance(holder, list):
        holder[int(last)] = mistake.value
    else:
        holder[last] = mistake.value
    return planted


def _in(kind: str) -> Callable[..., Mistake]:
    return lambda *rest: Mistake(kind, *rest)


deployment, job, service = _in("Deployment"), _in("Job"), _in("Service")
config, scaler, policy = _in("ConfigMap"), _in("HorizontalPodAutoscaler"), _in("NetworkPolicy")
budget = _in("PodDisruptionBudget")

MISTAKES: Final[dict[str, Mistake]] = {
    # The schema, and what no schema knows.
    "misspelt field": deployment(f"{POD}.terminationGracePeriod", 40, "terminationGracePeriod"),
    "field in the wrong place": deployment(f"{CONTAINER}.enableServiceLinks", 1, "enableService"),
    "text for a number": deployment("spec.minReadySeconds", "soon", "'soon' is not of type"),
    "retired version": budget("apiVersion", "policy/v1beta1", "Couldn't find schema"),
    "beta version": scaler("apiVersion", "autoscaling/v2beta2", "not its newest stable version"),
    "older version": scaler("apiVersion", "autoscaling/v1", "not its newest stable version"),
    "bad quantity": deployment(
        f"{CONTAINER}.resources.limits.memory", "192Mb", "limits.memory is not a quantity: 192Mb"
    ),
    "request above the limit": job(
        f"{CONTAINER}.resources.requests.memory", "1Gi", "requests.memory is more than its limit"
    ),
    "no limit of memory": deployment(
        f"{CONTAINER}.resources.limits", REMOVED, "limits.memory is missing"
    ),
    "unknown type of Service": service("spec.type", "Runtime", "spec.type cannot be Runtime"),
    "unknown type of policy": policy("spec.policyTypes.-", "Both", "policyTypes cannot be Both"),
    "unknown policy of pulls": job(
        f"{CONTAINER}.imagePullPolicy", "IfMissing", "imagePullPolicy cannot be IfMissing"
    ),
    "a Job that never ends": job(f"{POD}.restartPolicy", "Sometimes", "restartPolicy cannot be"),
    "missing label": service("metadata.labels", {}, "the label app.kubernetes.io/name is missing"),
    # Settings and secrets.
    "unknown setting": config("data.LOGLEVEL", "INFO", "LOGLEVEL is not a setting"),
    "unknown variable": deployment(
        f"{CONTAINER}.env.-", {"name": "DB_URL", "value": "x"}, "DB_URL is not a setting"
    ),
    "secret in the ConfigMap": config(
        "data.DATABASE_URL", "postgresql://db/shop", "DATABASE_URL is a secret in plain text"
    ),
    "secret as a value": job(
        f"{CONTAINER}.env.0",
        {"name": "DATABASE_URL", "value": "postgresql://db/shop"},
        "DATABASE_URL is a secret in plain text",
    ),
    "password in a URL": config(
        "data.OTEL_EXPORTER_OTLP_ENDPOINT", "https://me:pw@otel", "is a secret in plain text"
    ),
    "header with a token": config(
        "data.OTEL_EXPORTER_OTLP_HEADERS", "authorization=x", "is a secret in plain text"
    ),
    "another Secret": job(
        f"{CONTAINER}.env.0.valueFrom.secretKeyRef.name", "shop-db", "different Secrets"
    ),
    "a Secret in a file": config("kind", "Secret", "created in the cluster, never by a file"),
    # Pods.
    "root": deployment(f"{POD}.securityContext.runAsUser", 0, "runAsUser must be 10001, not 0"),
    "root in the container": deployment(
        f"{CONTAINER}.securityContext.runAsUser", 0, "runAsUser is the pod's"
    ),
    "may be root": job(f"{POD}.securityContext.runAsNonRoot", REMOVED, "runAsNonRoot must be True"),
    "writable root": deployment(
        f"{CONTAINER}.securityContext.readOnlyRootFilesystem", False, "readOnlyRootFilesystem must"
    ),
    "capability": deployment(
        f"{CONTAINER}.securityContext.capabilities.add", ["NET_ADMIN"], "capabilities must be"
    ),
    "privileges": job(
        f"{CONTAINER}.securityContext.allowPrivilegeEscalation", True, "Escalation must be False"
    ),
    "privileged": job(f"{CONTAINER}.securityContext.privileged", True, "must not be privileged"),
    "no seccomp": deployment(
        f"{POD}.securityContext.seccompProfile.type", "Unconfined", "must be RuntimeDefault"
    ),
    "network of the node": deployment(f"{POD}.hostNetwork", True, "must not have hostNetwork"),
    "folder of the node": job(
        f"{POD}.volumes", [{"name": "x", "hostPath": {"path": "/"}}], "must not have volumes"
    ),
    "token": deployment(f"{POD}.automountServiceAccountToken", REMOVED, "Token must be False"),
    "variables of Services": job(f"{POD}.enableServiceLinks", True, "Links must be False"),
    "no tag": deployment(f"{CONTAINER}.image", "ghcr.io/acme/shop", "has no tag"),
    # Probes and ports.
    "missing probe": deployment(f"{CONTAINER}.readinessProbe", REMOVED, "readinessProbe is miss"),
    "wrong path": deployment(
        f"{CONTAINER}.livenessProbe.httpGet.path", "/healthz", "livenessProbe asks for /healthz"
    ),
    "liveness asks the database": deployment(
        f"{CONTAINER}.livenessProbe.httpGet.path", "/readyz", "livenessProbe asks for /readyz"
    ),
    "wrong port of a probe": deployment(
        f"{CONTAINER}.startupProbe.httpGet.port", 8080, "startupProbe asks port 8080"
    ),
    "impatient probe": deployment(
        f"{CONTAINER}.readinessProbe.timeoutSeconds", REMOVED, "ends before DATABASE_TIMEOUT"
    ),
    "wrong port of the container": deployment(
        f"{CONTAINER}.ports.0.containerPort", 80, "containerPort must be 8000"
    ),
    "wrong port of the Service": service("spec.ports.0.targetPort", 80, "Service: targetPort 80"),
    "wrong port of the policy": policy("spec.ingress.0.ports.0.port", 80, "port 8000 only"),
    "another port": config("data.PORT", "8080", "the service listens on 8080"),
    # What belongs together.
    "selector that matches nothing": service(
        "spec.selector", {"app": "shop"}, "Service: its selector does not match"
    ),
    "selector that matches migrations": service(
        "spec.selector", {"app.kubernetes.io/name": "shop"}, "matches the pods of the migration"
    ),
    "policy for all pods": policy("spec.podSelector", {}, "NetworkPolicy: its selector"),
    "lost account": deployment(f"{POD}.serviceAccountName", "shopp", "no ServiceAccount shopp"),
    "early account": job(f"{POD}.serviceAccountName", "shop", "it runs before the rollout"),
    "lost Deployment": scaler("spec.scaleTargetRef.name", "x", "there is no Deployment x"),
    "two masters": deployment("spec.replicas", 3, "replicas would undo"),
    "killed too early": deployment(
        f"{POD}.terminationGracePeriodSeconds", 30, "terminationGracePeriodSeconds must be more"
    ),
    "longer shutdown": config("data.SHUTDOWN_TIMEOUT", "60", "must be more than 70"),
    "no pause": deployment(f"{CONTAINER}.lifecycle", REMOVED, "preStop is missing"),
    "too many pods": scaler("spec.maxReplicas", 9, "9 pods need 123 of 97 connections"),
    "too many workers": config("data.WORKERS", "2", "of 97 connections"),
}
