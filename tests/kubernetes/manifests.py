"""The manifests of a rendered service, built as a cluster would get them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import yaml

from tests.support import Service

KUBECTL: Final = Path(sys.prefix) / "bin" / "kubectl"
FEATURES: Final = ["assistants", "container", "kubernetes"]
OVERLAYS: Final = ("development", "production")
CONNECTIONS: Final = 97  # that PostgreSQL gives to ordinary users by default

Manifest = dict[str, Any]

READ_FACTS: Final = """
import json
from pydantic import SecretStr
from app import server
from app.core import otlp
from app.core.config import Settings
from app.db import session
from app.main import create_app

fields = Settings.model_fields
app = create_app(Settings(database_url="postgresql://user@host/database"))
print(json.dumps({
    "settings": {name.upper(): str(field.default) for name, field in fields.items()},
    "secrets": [name.upper() for name, field in fields.items() if field.annotation is SecretStr],
    "paths": list(app.openapi()["paths"]),
    "seconds_to_end": server.DRAIN_SECONDS + session.CLOSE_SECONDS + otlp.FLUSH_SECONDS,
}))
"""


@dataclass(frozen=True)
class Facts:
    """What the service itself says that its manifests have to fit."""

    settings: dict[str, str]
    secrets: list[str]
    paths: list[str]
    seconds_to_end: float


def read_facts(service: Service) -> Facts:
    """Ask the service."""
    provider = {"AUTH_ISSUER": "https://login.example", "AUTH_AUDIENCE": "shop"}
    return Facts(**json.loads(service.run("python", "-c", READ_FACTS, **provider)))


def build(service: Path, folder: str) -> list[Manifest]:
    """Build a folder of `deploy/overlays` with its migration, as both run in one namespace."""
    place = service / "deploy" / "overlays" / folder
    return [
        manifest
        for each in (place, place / "migrate")
        for manifest in yaml.safe_load_all(kustomize(each))
    ]


def kustomize(folder: Path) -> str:
    """Build a folder.

    Raises:
        AssertionError: It failed; the message has the output.
    """
    done = subprocess.run(
        [KUBECTL, "kustomize", folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr  # warnings
    return done.stdout


def of_kind(manifests: list[Manifest], kind: str) -> Iterator[Manifest]:
    """Yield the manifests of a kind."""
    return (manifest for manifest in manifests if manifest["kind"] == kind)


def templates(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Yield the templates of pods, each with the kind that it is of."""
    for manifest in manifests:
        if "template" in manifest.get("spec", {}):
            yield manifest["kind"], manifest["spec"]["template"]


def settings_of(manifests: list[Manifest], facts: Facts) -> dict[str, str]:
    """Return the settings of the service as it runs with the ConfigMap."""
    configured = [each["data"].items() for each in of_kind(manifests, "ConfigMap")]
    return facts.settings | dict(chain.from_iterable(configured))


def walk(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield all values of a manifest, each with the names that lead to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, (*path, name))
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, path)
    else:
        yield path, value
