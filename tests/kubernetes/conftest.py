"""A service that has all features, and what it says of itself."""

from pathlib import Path

import pytest
from copier import run_copy
from filelock import FileLock

from tests.kubernetes.manifests import FEATURES, Facts, Manifest, build, read_facts
from tests.support import TEMPLATE, Service


@pytest.fixture(scope="session")
def deployable_render(shared: Path) -> Path:
    """Return the default service with all features, to look at and never to change."""
    place = shared / "deployable-service"
    with FileLock(f"{place}.lock"):
        if not place.exists():
            answers = {"features": FEATURES, "service_name": "shop"}
            run_copy(str(TEMPLATE), place, data=answers, vcs_ref="HEAD", defaults=True, quiet=True)
    return place


@pytest.fixture(scope="session")
def facts(deployable_render: Path, environment: Path) -> Facts:
    """Return what the service says of itself."""
    return read_facts(Service(deployable_render, environment))


@pytest.fixture(scope="session")
def production(deployable_render: Path) -> list[Manifest]:
    """Return the manifests of the production overlay, to copy."""
    return build(deployable_render, "production")
