"""The pods of the manifests run: podman plays them, as a cluster's node would, but for its network."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.container.containers import Container, Image
from tests.faults.ports import free_port
from tests.faults.postgres import Postgres
from tests.faults.server import PRODUCTS, await_truth
from tests.kubernetes.manifests import OVERLAYS, Manifest, build, of_kind, templates

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("container")]

USER: Final = 10001
MEBIBYTE: Final = 2**20
NOTHING: Final = "0" * 16
FILTERED: Final = "2"  # by seccomp


@pytest.fixture(params=OVERLAYS)
def manifests(
    request: pytest.FixtureRequest, deployable_render: Path, image: Image
) -> list[Manifest]:
    """Return the manifests of an overlay, of whose image there is one."""
    built = build(deployable_render, request.param)
    for _, pod in templates(built):
        image.engine.run("podman", "tag", image.name, pod["spec"]["containers"][0]["image"])
    return built


def test_a_pod_migrates_serves_without_rights_and_ends(
    manifests: list[Manifest], image: Image, empty_database: Postgres, tmp_path: Path
) -> None:
    for _ in range(2):
        assert migrate(manifests, image, empty_database.url, tmp_path) == 0
    assert "products" in empty_database.query("SELECT tablename FROM pg_tables")

    spec = next(of_kind(manifests, "Deployment"))["spec"]["template"]["spec"]
    with served(manifests, image, empty_database.url, tmp_path) as container:
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            path = spec["containers"][0][probe]["httpGet"]["path"]
            await_truth(partial(answers, container, path), probe)
        assert container.status(PRODUCTS) == 200

        status = container.run("cat", "/proc/1/status").splitlines()
        found = {name: value.split() for name, _, value in (line.partition(":") for line in status)}
        assert {int(number) for number in found["Uid"] + found["Gid"]} == {USER}
        assert found["CapEff"] == found["CapBnd"] == [NOTHING]
        assert (found["NoNewPrivs"], found["Seccomp"]) == (["1"], [FILTERED])
        variables = container.run("env").splitlines()
        settings = next(of_kind(manifests, "ConfigMap"))["data"]
        assert {f"{name}={value}" for name, value in settings.items()} <= set(variables)
        shown = "--format={{.HostConfig.Memory}} {{.HostConfig.ReadonlyRootfs}}"
        limits = image.engine.run("podman", "inspect", shown, container.name)
        assert limits == f"{192 * MEBIBYTE} true"

        container.signal(signal.SIGTERM)
        assert await_exit(image, container.name) == 0


def migrate(manifests: list[Manifest], image: Image, database_url: str, folder: Path) -> int:
    """Run the migration to its end, and return its exit code."""
    job = next(of_kind(manifests, "Job"))
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": job["metadata"]}
    pod |= playable(job["spec"]["template"], database_url)
    with played(image, [pod], folder) as container:
        return await_exit(image, container)


@contextmanager
def served(
    manifests: list[Manifest], image: Image, database_url: str, folder: Path
) -> Iterator[Container]:
    """Run the service until the end of the block."""
    config = deepcopy(next(of_kind(manifests, "ConfigMap")))
    deployment = deepcopy(next(of_kind(manifests, "Deployment")))
    port = free_port()
    config["data"]["PORT"] = str(port)
    deployment["spec"]["template"] |= playable(deployment["spec"]["template"], database_url)
    with played(image, [config, deployment], folder) as name:
        pid = image.engine.run("podman", "inspect", "--format={{.State.Pid}}", name)
        yield Container(image.engine, name, int(pid), port)


def answers(container: Container, path: str) -> bool:
    """Return whether a path answers with success."""
    return container.status(path) == HTTPStatus.OK


def await_exit(image: Image, container: str) -> int:
    """Wait until a container has ended, and return its exit code."""
    return int(image.engine.run("podman", "wait", container))


def playable(template: Manifest, database_url: str) -> Manifest:
    """Return the specification of a pod that podman 4 can run in the network of this machine."""
    spec = deepcopy(template["spec"])
    spec["hostNetwork"] = True
    spec["restartPolicy"] = "Never"  # so that the exit code can be read
    container = spec["containers"][0]
    container["imagePullPolicy"] = "Never"
    del container["resources"]["requests"]  # a small share of the processors, which tests need too
    container["env"] = [{"name": "DATABASE_URL", "value": database_url}]
    for name in ("ports", "startupProbe", "livenessProbe", "readinessProbe"):
        container.pop(name, None)  # podman would probe with a shell
    return {"spec": spec}


@contextmanager
def played(image: Image, manifests: list[Manifest], folder: Path) -> Iterator[str]:
    """Run a pod until the end of the block, and yield its container."""
    file = folder / "played.yaml"
    file.write_text(yaml.safe_dump_all(manifests))
    printed = image.engine.run("podman", "kube", "play", file)
    try:
        yield printed.split()[-1]
    finally:
        image.engine.attempt("podman", "kube", "down", file)
