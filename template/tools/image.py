"""`poe image`: build the container image with the engine that is there."""

import os
import re
import shutil
import signal
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Final

from app.core import about
from tools.git import ROOT, commit_of, git

ENGINES: Final = ("docker", "podman", "buildah")
NO_ENGINE: Final = "Cannot build: {engines} is not running or not installed (`version` fails). Start Docker, or install podman or buildah."
NO_COMMIT: Final = 'There is no commit to build: first `git init -b main`, `git add -A` and `git commit -m "chore: new service"`.'
OVER_SSH: Final = re.compile(r"^(?:ssh://[^/@]*@([^/:]+)(?::\d+)?/|[^/:@]+@([^/:]+):/?)")
CREDENTIALS: Final = re.compile(r"//[^/]*@")


def main() -> None:
    """Build the image and tag it with the commit and as latest."""
    text = "Build the container image. Other arguments go to the engine, as in --no-cache."
    parser = ArgumentParser(prog="poe image", description=text, allow_abbrev=False)
    parser.add_argument("--engine", default=os.environ.get("DOCKER"), help="or set DOCKER")
    options, others = parser.parse_known_args()
    candidates = [options.engine] if options.engine else ENGINES
    engine = next(filter(is_running, candidates), None)
    if engine is None:
        sys.exit(NO_ENGINE.format(engines=" or ".join(candidates)))
    revision = commit_of("HEAD") or sys.exit(NO_COMMIT)
    time = git("log", "-1", "--format=%ct").strip()
    name = f"{about.NAME}:{git('describe', '--always', '--dirty', '--exclude=*').strip()}"
    version = git("describe", "--always", "--dirty", "--tags").strip()
    labels = {"REVISION": revision, "SOURCE": source(), "VERSION": version}
    command = [engine, "build", f"--tag={name}", f"--tag={about.NAME}:latest"]
    command += [f"--build-arg={label}={value}" for label, value in labels.items()]
    if Path(engine).name in {"podman", "buildah"}:  # Docker reads the variable
        command += ["--layers", f"--timestamp={time}"]
    sys.stdout.write(f"Building {name} with {engine}.\n")
    sys.stdout.flush()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C needs no traceback
    environment = os.environ | {"SOURCE_DATE_EPOCH": time}
    done = subprocess.run([*command, *others, "."], cwd=ROOT, env=environment, check=False)
    sys.exit(done.returncode)


def is_running(engine: str) -> bool:
    """Tell if an engine is installed and, as Docker needs, its daemon answers."""
    if not shutil.which(engine):
        return False
    return subprocess.run([engine, "version"], capture_output=True, check=False).returncode == 0


def source() -> str:
    """Return the URL of the repository at origin, without credentials."""
    url = OVER_SSH.sub(r"https://\1\2/", git("remote", "get-url", "origin").strip())
    return CREDENTIALS.sub("//", url).removesuffix(".git") if url.startswith("http") else ""
