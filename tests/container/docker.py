"""Docker's command line, as far as the jobs of a service use it, on podman.

It starts what compose.yaml describes, with its options, but for the database, of which there is no
image here: DATABASE is the address of one. Containers use the network of this machine, so PORT is
that of the service.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

PORT: Final = os.environ["PORT"]
READY_SECONDS: Final = 30


def main() -> None:
    """Run one command."""
    services: dict[str, Any] = yaml.safe_load(Path("compose.yaml").read_text())["services"]
    match sys.argv[1:]:
        case ["compose", "up", "--build", "--wait"]:
            up(services)
        case ["compose", "stop", name]:
            seconds = os.environ.get("STOP_SECONDS", services[name]["stop_grace_period"])
            podman("stop", f"--time={seconds.removesuffix('s')}", container(name))
        case ["compose", "ps", "--all", "--quiet", name]:
            sys.stdout.write(container(name))
        case ["compose", "logs"]:
            podman("logs", container("app"))
        case ["wait", name]:
            podman("wait", name)
        case unknown:
            sys.exit(f"docker {' '.join(unknown)}: is not known here")


def up(services: dict[str, Any]) -> None:
    """Migrate the database, start the service, and wait until its health check passes."""
    migrate, app = services["migrate"], services["app"]
    podman("run", "--rm", *options(migrate), migrate["image"], *migrate["command"])
    podman("run", "--detach", f"--name={container('app')}", *options(app), app["image"])
    _, *check = (part.replace("8000", PORT) for part in app["healthcheck"]["test"])
    deadline = time.monotonic() + READY_SECONDS
    while subprocess.run(["podman", "exec", container("app"), *check], check=False).returncode:
        if time.monotonic() > deadline:
            sys.exit("container app is unhealthy")
        time.sleep(0.1)


def options(service: dict[str, Any]) -> Iterator[str]:
    """Yield the options of podman for those of a service."""
    yield f"--env=PORT={PORT}"
    for name, value in service["environment"].items():
        yield f"--env={name}={expanded(value).replace('@database/', os.environ['DATABASE'])}"
    if service["read_only"]:
        yield from ("--read-only", "--read-only-tmpfs=false")  # which podman alone would write to
    yield from (f"--cap-drop={name}" for name in service["cap_drop"])
    yield from (f"--security-opt={option}" for option in service["security_opt"])
    yield f"--memory={service['mem_limit']}"


def expanded(value: str) -> str:
    """Replace variables, for which a shell has the same forms."""
    return subprocess.check_output(["sh", "-c", f'printf %s "{value}"'], text=True)


def container(name: str) -> str:
    """Return the name of a container of this run."""
    return f"{name}-{PORT}"


def podman(*command: str) -> None:
    """Run podman, and exit with its code if it fails."""
    if code := subprocess.run(["podman", *command], check=False).returncode:
        sys.exit(code)


if __name__ == "__main__":
    main()
