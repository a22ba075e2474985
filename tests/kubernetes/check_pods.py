"""Checks of pods: the restricted profile of Kubernetes' Pod Security Standards, and more."""

from collections.abc import Iterator
from typing import Any, Final

from tests.kubernetes.manifests import Facts, Manifest, settings_of, templates

USER: Final = 10001
POD: Final[dict[str, Any]] = {
    "automountServiceAccountToken": False,
    "enableServiceLinks": False,
    "securityContext.runAsGroup": USER,
    "securityContext.runAsNonRoot": True,
    "securityContext.runAsUser": USER,
    "securityContext.seccompProfile.type": "RuntimeDefault",
}
CONTAINER: Final[dict[str, Any]] = {
    "securityContext.allowPrivilegeEscalation": False,
    "securityContext.capabilities": {"drop": ["ALL"]},
    "securityContext.readOnlyRootFilesystem": True,
}
# What a container says of itself goes before what its pod says.
OF_THE_POD: Final = ("runAsGroup", "runAsNonRoot", "runAsUser", "seccompProfile")
FORBIDDEN: Final = {
    *("hostIPC", "hostNetwork", "hostPID", "hostUsers", "hostAliases", "volumes"),
    *("initContainers", "ephemeralContainers", "shareProcessNamespace"),
}
PROBES: Final = {
    "startupProbe": "/livez",
    "livenessProbe": "/livez",
    "readinessProbe": "/readyz",
}
DEFAULT_TIMEOUT: Final = 1


def check_pods(manifests: list[Manifest], facts: Facts) -> Iterator[str]:
    """Yield a sentence for each pod setting that is not as it has to be."""
    port = int(settings_of(manifests, facts)["PORT"])
    patience = float(settings_of(manifests, facts)["DATABASE_TIMEOUT"])
    for kind, template in templates(manifests):
        pod = template["spec"]
        yield from compare(kind, pod, POD)
        yield from (f"{kind}: it must not have {name}" for name in sorted(FORBIDDEN & pod.keys()))
        for container in pod["containers"]:
            yield from check_container(kind, container)
            if kind == "Deployment":
                yield from check_probes(container, facts.paths, port)
                probe = container.get("readinessProbe", {})
                if probe.get("timeoutSeconds", DEFAULT_TIMEOUT) <= patience:
                    yield "Deployment: readinessProbe ends before DATABASE_TIMEOUT"


def compare(kind: str, holder: Manifest, expected: Manifest) -> Iterator[str]:
    """Yield each field that has another value than it must have."""
    for path, value in expected.items():
        found: Any = holder
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if found != value:
            yield f"{kind}: {path} must be {value}, not {found}"


def check_container(kind: str, container: Manifest) -> Iterator[str]:
    """Yield what a container has that it must not have, and the reverse."""
    yield from compare(kind, container, CONTAINER)
    own = container.get("securityContext", {})
    yield from (f"{kind}: {name} is the pod's" for name in OF_THE_POD if name in own)
    if own.get("privileged"):
        yield f"{kind}: it must not be privileged"
    if "imagePullPolicy" not in container:
        yield f"{kind}: imagePullPolicy is missing"
    name, _, tag = container["image"].rpartition(":")
    if not name or "/" in tag:
        yield f"{kind}: the image {container['image']} has no tag"
    if any("hostPort" in port for port in container.get("ports", [])):
        yield f"{kind}: it must not have hostPort"


def check_probes(container: Manifest, paths: list[str], port: int) -> Iterator[str]:
    """Yield the probes that are missing, or ask for what the service does not have."""
    ports = {each["name"]: each["containerPort"] for each in container.get("ports", [])}
    for name, expected in PROBES.items():
        if name not in container:
            yield f"Deployment: {name} is missing"
            continue
        request = container[name].get("httpGet", {})
        path, probed = request.get("path"), request.get("port")
        if path != expected or path not in paths:
            yield f"Deployment: {name} asks for {path} instead of {expected}"
        if ports.get(probed, probed) != port:
            yield f"Deployment: {name} asks port {probed}, but the service listens on {port}"
