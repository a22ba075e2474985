"""compose.yaml and the manifests take the provider; in a cluster nothing starts without one."""

from pathlib import Path
from typing import Final

import pytest
import yaml
from copier import run_copy

from tests.container.test_compose import problems_in
from tests.kubernetes.manifests import OVERLAYS, Manifest, build, of_kind, read_facts
from tests.kubernetes.test_manifests import find_problems
from tests.support import TEMPLATE, Service

URL: Final = "postgresql://user@host/database"
ISSUER: Final = "https://login.example"
CREATE: Final = "from app.main import create_app; create_app(); print('created')"
HTTPS: Final = {"protocol": "TCP", "port": 443}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, environment: Path) -> Service:
    """Return a service with `auth` that is deployed."""
    place = tmp_path_factory.mktemp("deployed") / "shop"
    answers = {"features": ["container", "kubernetes", "auth"], "service_name": "shop"}
    run_copy(str(TEMPLATE), place, data=answers, vcs_ref="HEAD", defaults=True, quiet=True)
    return Service(place, environment)


def settings_of(manifests: list[Manifest]) -> dict[str, str]:
    """Return the settings in the ConfigMap."""
    settings: dict[str, str] = next(of_kind(manifests, "ConfigMap"))["data"]
    return settings


def test_compose_starts_without_a_provider_and_takes_one(service: Service) -> None:
    text = (service.path / "compose.yaml").read_text()
    assert problems_in(text, service.path) == []
    services = yaml.safe_load(text)["services"]
    variables = services["app"]["environment"]
    assert variables["AUTH_ISSUER"] == "${AUTH_ISSUER:-https://issuer.invalid}"  # for CI
    assert variables["AUTH_AUDIENCE"] == "${AUTH_AUDIENCE:-shop}"
    assert not [name for name in services["migrate"]["environment"] if name.startswith("AUTH_")]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_fits_the_service(service: Service, overlay: str) -> None:
    manifests = build(service.path, overlay)
    assert list(find_problems(manifests, read_facts(service))) == []
    settings = settings_of(manifests)
    code, output = service.attempt("python", "-c", CREATE, DATABASE_URL=URL, **settings)
    assert code == 1
    assert "AUTH_ISSUER is not set" in output
    complete = settings | {"AUTH_ISSUER": ISSUER, "DATABASE_URL": URL}
    assert service.run("python", "-c", CREATE, **complete).strip() == "created"


def test_the_pods_of_production_can_fetch_keys(service: Service) -> None:
    [policy] = of_kind(build(service.path, "production"), "NetworkPolicy")
    assert HTTPS in policy["spec"]["egress"][0]["ports"]
