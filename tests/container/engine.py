"""Builds and runs images without a daemon, in a store that lasts as long as the tests.

The base images cannot be downloaded here. Stand-ins have their names: Python as Debian has it, in a
root made by mmdebstrap, and uv out of its wheel. So the Dockerfile is the one that owners have, byte
for byte; only the digest of uv's image is left out, which the stand-in cannot have.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support import TEMPLATE, UV, outcome_of

COMMANDS: Final = ("buildah", "podman", "runc", "catatonit", "mmdebstrap")
INSTALL: Final = "apt-get install --yes --no-install-recommends"
SEARCHED: Final = f"{os.environ['PATH']}{os.pathsep}/usr/sbin{os.pathsep}/sbin"
ARGUMENT: Final = re.compile(r"^ARG (\w+)=(\S+)$", re.MULTILINE)
CERTIFICATES: Final = "/etc/ssl/certs/ca-certificates.crt"
SUITE: Final = "forky"  # the release of Debian that has the newest Python
MIRROR: Final = "http://deb.debian.org/debian"
MAXIMUM_SECONDS: Final = 300
STORAGE: Final = """
[storage]
driver = "overlay"
graphroot = "{place}/store"
runroot = "{place}/r"
[storage.options.overlay]
skip_mount_home = "true"
"""
# A machine that runs tests is often a container itself: few resources, no networks of its own, and
# certificates of a proxy, which builds must trust.
CONTAINERS: Final = """
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
tmp_dir = "{place}/libpod"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
netns = "host"
volumes = ["{certificates}:/etc/ssl/certs/ca-certificates.crt:ro", "{place}/uv.toml:/etc/uv/uv.toml:ro"]
"""
# As the official slim image: no documentation, no translations, no bytecode.
ROOT_OPTIONS: Final = (
    "--quiet",
    "--variant=minbase",
    '--aptopt=Acquire::Check-Valid-Until "false"',
    *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "locale", "man")),
    '--customize-hook=find "$1/usr" -name __pycache__ -prune -exec rm -r {} +',
    '--customize-hook=ln -s python3 "$1/usr/local/bin/python"',
)


@dataclass(frozen=True)
class Engine:
    """A store of images and containers."""

    place: Path

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment in which podman and buildah use this store."""
        return {
            "BUILDAH_ISOLATION": "chroot",
            "CONTAINERS_CONF": str(self.place / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self.place / "storage.conf"),
            "TMPDIR": str(self.place / "tmp"),
        }

    def run(self, *command: str | Path) -> str:
        """Run podman or buildah and return what it printed.

        Raises:
            AssertionError: It failed; the message has the output.
        """
        code, output = self.attempt(*command)
        assert code == 0, f"{' '.join(map(str, command))}\n{output}"
        return output.strip()

    def attempt(self, *command: str | Path) -> tuple[int, str]:
        """Run podman or buildah and return its exit code and what it printed."""
        given = {"env": os.environ | self.variables, "stdin": subprocess.DEVNULL}
        return outcome_of(command, MAXIMUM_SECONDS, **given)

    def build(self, context: Path, name: str, *options: str) -> str:
        """Build the image of a service, and return what that printed; nothing is downloaded."""
        own = (*offline_options(), f"--tag={name}", "--layers", "--timestamp=0")
        return self.run("buildah", "build", *own, *options, context)

    def image_id(self, name: str) -> str:
        """Return the digest of an image's configuration, which has those of its layers."""
        return self.run("podman", "image", "inspect", name, "--format={{.Id}}")


@contextmanager
def engine_at(place: Path) -> Iterator[Engine]:
    """Give a store that has the base images, and remove it at the end."""
    missing = [name for name in COMMANDS if not shutil.which(name, path=SEARCHED)]
    assert not missing, f"Commands are missing: {INSTALL} {' '.join(missing)}"
    engine = Engine(place)
    (place / "tmp").mkdir(parents=True)
    settings = {"place": place, "certificates": os.environ.get("SSL_CERT_FILE", CERTIFICATES)}
    (place / "storage.conf").write_text(STORAGE.format(**settings))
    (place / "containers.conf").write_text(CONTAINERS.format(**settings))
    (place / "uv.toml").write_text("system-certs = true\n")
    try:
        make_base_images(engine)
        yield engine
    finally:
        engine.attempt("podman", "rm", "--all", "--force")
        engine.attempt("buildah", "rm", "--all")
        shutil.rmtree(place, ignore_errors=True)


def base_images() -> dict[str, str]:
    """Return the names of the base images, by the arguments of the Dockerfile, without digests."""
    found = ARGUMENT.findall((TEMPLATE / "template" / "Dockerfile").read_text())
    return {argument: image.partition("@")[0] for argument, image in found}


def offline_options() -> list[str]:
    """Return what makes a build use the stand-ins."""
    return ["--pull-never", f"--build-arg=UV={base_images()['UV']}"]


def make_base_images(engine: Engine) -> None:
    """Make the stand-ins of the base images."""
    images = base_images()
    version = "".join(re.findall(r":(\d+\.\d+)-slim", images["PYTHON"]))
    packages = f"--include=python{version},ca-certificates,netbase,tzdata"
    link = f'--customize-hook=ln -s /usr/bin/python{version} "$1/usr/local/bin/python3"'
    context = engine.place / "base"
    context.mkdir()
    engine.run("mmdebstrap", *ROOT_OPTIONS, packages, link, SUITE, context / "root.tar", MIRROR)
    wheel = f"uv=={images['UV'].rpartition(':')[2]}"
    install = [UV, "pip", "install", "--quiet", "--target", str(context / "uv"), wheel]
    subprocess.run(install, check=True)
    for name, line in (("PYTHON", "ADD root.tar /"), ("UV", "COPY uv/bin/uv /")):
        (context / "Dockerfile").write_text(f"FROM scratch\n{line}\n")
        engine.run("buildah", "build", "--timestamp=0", f"--tag={images[name]}", context)
    shutil.rmtree(context)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Give a store that has the base images."""
    # A short path: with a run root of more than 50 characters podman cannot clean up after a
    # container, and waits 20 seconds for that.
    with engine_at(Path(tempfile.mkdtemp(prefix="e-"))) as engine:
        yield engine
