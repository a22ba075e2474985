"""The manifests fit the schemas, the service and each other, and the checks find what does not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from copier import run_copy

from tests.kubernetes.check_pods import check_pods
from tests.kubernetes.check_values import check_schemas, check_values
from tests.kubernetes.check_whole import check_whole
from tests.kubernetes.manifests import (
    FEATURES,
    OVERLAYS,
    Facts,
    Manifest,
    build,
    of_kind,
    templates,
)
from tests.kubernetes.mistakes import MISTAKES, plant
from tests.support import Service

pytestmark = pytest.mark.slow

NAMES: Final = ("on", "null", "-".join(["a1"] * 17)[:50])  # YAML's own words, and the longest
LONGEST_NAME: Final = 63


def find_problems(manifests: list[Manifest], facts: Facts) -> Iterator[str]:
    """Yield a sentence for each problem; the slow check is the last."""
    for check in (check_values, check_pods, check_whole):
        yield from check(manifests, facts)
    yield from check_schemas(manifests)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_fits_the_schemas_the_service_and_itself(
    deployable_render: Path, facts: Facts, overlay: str
) -> None:
    assert list(find_problems(build(deployable_render, overlay), facts)) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named(production: list[Manifest], facts: Facts, name: str) -> None:
    mistake = MISTAKES[name]
    reported = []
    for problem in find_problems(plant(production, mistake), facts):
        reported.append(problem)
        if mistake.sentence in problem:
            return
    pytest.fail(f"{mistake.sentence} is not in {reported}")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_service_accepts_the_settings(
    deployable_render: Path, environment: Path, overlay: str
) -> None:
    manifests = build(deployable_render, overlay)
    settings = next(of_kind(manifests, "ConfigMap"))["data"]
    read = "from app.core.config import load_settings; print(load_settings().log_level)"
    service = Service(deployable_render, environment)
    printed = service.run(
        "python", "-c", read, DATABASE_URL="postgresql://user@host/database", **settings
    )
    assert printed.strip() == settings["LOG_LEVEL"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_migration_has_the_image_of_the_service(deployable_render: Path, overlay: str) -> None:
    pods = templates(build(deployable_render, overlay))
    images = {kind: pod["spec"]["containers"][0]["image"] for kind, pod in pods}
    assert images.keys() == {"Deployment", "Job"}
    assert len(set(images.values())) == 1


def test_production_scales_and_development_does_not(deployable_render: Path) -> None:
    kinds = {
        overlay: {manifest["kind"] for manifest in build(deployable_render, overlay)}
        for overlay in OVERLAYS
    }
    only = {"HorizontalPodAutoscaler", "NetworkPolicy", "PodDisruptionBudget"}
    assert kinds["production"] - kinds["development"] == only
    assert kinds["development"] < kinds["production"]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_a_service_is_one_of_objects(
    template_files: Path, tmp_path: Path, facts: Facts, name: str
) -> None:
    answers = {"service_name": name, "features": FEATURES}
    run_copy(str(template_files), tmp_path / "x", data=answers, defaults=True, quiet=True)
    for overlay in OVERLAYS:
        manifests = build(tmp_path / "x", overlay)
        assert list(find_problems(manifests, facts)) == []
        assert all(len(each["metadata"]["name"]) <= LONGEST_NAME for each in manifests)
