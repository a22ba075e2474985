"""The image of a service as `poe image` builds it, and its containers."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import pytest
from copier import run_copy

from tests.container.engine import Engine, offline_options
from tests.faults.ports import free_port
from tests.faults.postgres import Postgres, initialise
from tests.faults.server import status_at
from tests.repositories import commit, git
from tests.support import TEMPLATE, UV, Service

NAME: Final = "shop"
ORIGIN: Final = "https://someone:token@git.example.com/team/shop.git"
# Kubernetes' restricted profile, and no place at all that can be written to.
HARDENED: Final = (
    "--cap-drop=all",
    "--memory=192m",
    "--read-only",
    "--read-only-tmpfs=false",
    "--security-opt=no-new-privileges",
)


@dataclass(frozen=True)
class Image:
    """The image of a service, in a store."""

    engine: Engine
    service: Service
    name: str

    def run(self, *command: str, **settings: str) -> str:
        """Run a command in a hardened container, and return what it printed.

        Raises:
            AssertionError: It failed; the message has the output.
        """
        given = [f"--env={name}={value}" for name, value in settings.items()]
        return self.engine.run("podman", "run", "--rm", *HARDENED, *given, self.name, *command)


@dataclass(frozen=True)
class Container:
    """The service in a container."""

    engine: Engine
    name: str
    process: int
    port: int

    def status(self, path: str) -> int:
        """Return the status that a path answers; 0 without an answer."""
        return status_at(self.port, path)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the first process, as an orchestrator does."""
        assert self.process, "the container has ended"  # a signal to 0 would reach this process
        os.kill(self.process, number)

    def run(self, *command: str) -> str:
        """Run a command in the container, and return what it printed."""
        return self.engine.run("podman", "exec", self.name, *command)

    def await_exit(self) -> int:
        """Wait until the container has ended, and return its exit code."""
        return int(self.engine.run("podman", "wait", self.name))

    def log(self) -> str:
        """Return what the service logged."""
        return self.engine.run("podman", "logs", self.name)


class Start(Protocol):
    """Starts the service with these settings, until the test ends; it need not be ready."""

    def __call__(self, **settings: str) -> Container: ...


@contextmanager
def started(image: Image, **settings: str) -> Iterator[Container]:
    """Run the service in a hardened container until the end of the block."""
    port = free_port()
    given = [f"--env={name}={value}" for name, value in (settings | {"PORT": str(port)}).items()]
    name = f"service-{port}"
    run = ("podman", "run", "--detach", f"--name={name}", *HARDENED, *given)
    image.engine.run(*run, image.name)
    pid = image.engine.run("podman", "inspect", "--format={{.State.Pid}}", name)
    try:
        yield Container(image.engine, name, int(pid), port)
    finally:
        image.engine.attempt("podman", "rm", "--force", "--time=0", name)


@pytest.fixture
def start(image: Image) -> Iterator[Start]:
    """Give the function that starts the service in a container."""
    with ExitStack() as containers:

        def start_container(**settings: str) -> Container:
            return containers.enter_context(started(image, **settings))

        yield start_container


@pytest.fixture(scope="session")
def image(engine: Engine, environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Return the image of the default service, as `poe image` builds it from a commit."""
    place = tmp_path_factory.mktemp("image") / NAME
    answers = {"service_name": NAME}
    run_copy(str(TEMPLATE), place, data=answers, vcs_ref="HEAD", defaults=True, quiet=True)
    subprocess.run([UV, "lock", "--quiet"], cwd=place, check=True)
    git(place, "init", "--quiet")
    git(place, "remote", "add", "origin", ORIGIN)
    commit(place)
    service = Service(place, environment)
    build_image(engine, service, "buildah")
    return Image(engine, service, f"localhost/{NAME}:latest")


def build_image(engine: Engine, service: Service, program: str, *options: str) -> str:
    """Run `poe image` in a service, and return what it printed."""
    command = ("poe", "image", "--engine", program, *offline_options(), *options)
    return service.run(*command, **engine.variables)


@pytest.fixture(scope="session")
def empty_database(service: Service) -> Iterator[Postgres]:
    """Give a running PostgreSQL without any tables."""
    with tempfile.TemporaryDirectory(prefix="image-") as place:
        postgres = initialise(service, Path(place) / "data")
        postgres.start()
        yield postgres
        postgres.stop("immediate")
