"""Checks of manifests that belong together: selectors, references, times and connections."""

from collections.abc import Iterator

from tests.kubernetes.manifests import (
    CONNECTIONS,
    Facts,
    Manifest,
    of_kind,
    settings_of,
    templates,
    walk,
)

ENDING = 1  # a pod that is shutting down during a rollout
MIGRATION = 2  # connections that Alembic holds


def check_whole(manifests: list[Manifest], facts: Facts) -> Iterator[str]:
    """Yield a sentence for each manifest that does not fit to the others."""
    yield from check_selectors(manifests)
    yield from check_references(manifests)
    yield from check_ports(manifests, facts)
    yield from check_times(manifests, facts)
    yield from check_connections(manifests, facts)


def check_selectors(manifests: list[Manifest]) -> Iterator[str]:
    """Yield selectors that miss the service's pods, or that catch those of the migration."""
    labels = {kind: template["metadata"]["labels"] for kind, template in templates(manifests)}
    selectors = [
        ("Service", next(of_kind(manifests, "Service"))["spec"]["selector"]),
        *(
            (kind, each["spec"]["selector"]["matchLabels"])
            for kind in ("Deployment", "PodDisruptionBudget")
            for each in of_kind(manifests, kind)
        ),
        *(
            ("topologySpreadConstraints", each["labelSelector"]["matchLabels"])
            for kind, template in templates(manifests)
            for each in template["spec"].get("topologySpreadConstraints", [])
        ),
    ]
    for kind, selector in selectors:
        if not selector.items() <= labels["Deployment"].items():
            yield f"{kind}: its selector does not match the pods of the Deployment"
        if selector.items() <= labels["Job"].items():
            yield f"{kind}: its selector matches the pods of the migration"
    for policy in of_kind(manifests, "NetworkPolicy"):
        selector = policy["spec"]["podSelector"].get("matchLabels", {})
        if not selector or not all(selector.items() <= each.items() for each in labels.values()):
            yield "NetworkPolicy: its selector does not match all pods of the service, and only those"


def check_references(manifests: list[Manifest]) -> Iterator[str]:
    """Yield names of objects that are not there; the Secret is created in the cluster."""
    names = {(each["kind"], each["metadata"]["name"]) for each in manifests}
    for kind, template in templates(manifests):
        pod = template["spec"]
        used = (
            [("ServiceAccount", pod["serviceAccountName"])] if "serviceAccountName" in pod else []
        )
        for container in pod["containers"]:
            sources = container.get("envFrom", [])
            used += [("ConfigMap", each["configMapRef"]["name"]) for each in sources]
        if kind == "Job" and used:
            yield "Job: it runs before the rollout creates what it refers to"
        yield from (f"{kind}: there is no {' '.join(each)}" for each in used if each not in names)
    for scaler in of_kind(manifests, "HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        if (target["kind"], target["name"]) not in names:
            yield f"HorizontalPodAutoscaler: there is no {target['kind']} {target['name']}"
        if any("replicas" in each["spec"] for each in of_kind(manifests, "Deployment")):
            yield "Deployment: replicas would undo what the HorizontalPodAutoscaler sets"
    secrets = {
        value
        for _, template in templates(manifests)
        for path, value in walk(template)
        if path[-2:] == ("secretKeyRef", "name")
    }
    if len(secrets) != 1:
        yield f"The service and its migration refer to different Secrets: {sorted(secrets)}"


def check_ports(manifests: list[Manifest], facts: Facts) -> Iterator[str]:
    """Yield ports that are not the one on which the service listens."""
    port = int(settings_of(manifests, facts)["PORT"])
    container = next(of_kind(manifests, "Deployment"))["spec"]["template"]["spec"]["containers"][0]
    ports = {each["name"]: each["containerPort"] for each in container.get("ports", [])}
    if list(ports.values()) != [port]:
        yield f"Deployment: containerPort must be {port}"
    for each in next(of_kind(manifests, "Service"))["spec"]["ports"]:
        if ports.get(each["targetPort"], each["targetPort"]) != port:
            yield f"Service: targetPort {each['targetPort']} is not the port of the service"
    for policy in of_kind(manifests, "NetworkPolicy"):
        rules = policy["spec"]["ingress"]
        if [each["port"] for rule in rules for each in rule["ports"]] != [port]:
            yield f"NetworkPolicy: it must let in port {port} only"


def check_times(manifests: list[Manifest], facts: Facts) -> Iterator[str]:
    """Yield a grace period that ends before the service does."""
    for deployment in of_kind(manifests, "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        hook = pod["containers"][0].get("lifecycle", {}).get("preStop", {})
        pause = hook.get("sleep", {}).get("seconds", 0)
        if not pause:
            yield "Deployment: preStop is missing"
        timeout = int(settings_of(manifests, facts)["SHUTDOWN_TIMEOUT"])
        needed = pause + timeout + facts.seconds_to_end
        if pod["terminationGracePeriodSeconds"] <= needed:
            yield f"Deployment: terminationGracePeriodSeconds must be more than {needed:.0f}"


def check_connections(manifests: list[Manifest], facts: Facts) -> Iterator[str]:
    """Yield a number of pods whose pools need more connections than PostgreSQL has."""
    settings = settings_of(manifests, facts)
    of_a_pod = int(settings["WORKERS"]) * (int(settings["DATABASE_POOL_SIZE"]) + 1)
    deployment = next(of_kind(manifests, "Deployment"))["spec"]
    pods = deployment.get("replicas", 1)
    for scaler in of_kind(manifests, "HorizontalPodAutoscaler"):
        pods = scaler["spec"]["maxReplicas"]
    surge = deployment["strategy"]["rollingUpdate"]["maxSurge"]
    needed = (pods + surge + ENDING) * of_a_pod + MIGRATION
    if needed > CONNECTIONS:
        yield f"{pods} pods need {needed} of {CONNECTIONS} connections during a rollout"
