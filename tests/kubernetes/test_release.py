"""The commands of deploy/README.md deploy what they say; stand-ins record what they would do."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.kubernetes.manifests import build, kustomize, templates

IMAGE: Final = "registry.example:5000/team/shop"
TAG: Final = "v1.2.3-4-g0123abc"
SECTION: Final = re.compile(r"## From commit to cluster\n.*?```console\n(.*?)```", re.DOTALL)
STAND_IN: Final = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
[ "$(basename "$0")" != git ] || echo {tag}
[ "$(basename "$0") $1" != "$FAILING" ]
"""
CALLS: Final = [
    "git describe --always --dirty",
    f"uv run poe image --tag {IMAGE}:{TAG}",
    f"docker push {IMAGE}:{TAG}",
    "kubectl replace --force -k deploy/overlays/production/migrate",
    "kubectl wait --for=condition=complete --timeout=10m job/shop-migrate",
    "kubectl apply -k deploy/overlays/production",
    "kubectl rollout status deployment/shop",
]


@pytest.fixture
def deployed(deployable_render: Path, tmp_path: Path) -> Path:
    """Return a copy of what is deployed, with stand-ins of the programs beside it."""
    place, programs = tmp_path / "shop", tmp_path / "bin"
    shutil.copytree(deployable_render / "deploy", place / "deploy")
    programs.mkdir()
    for name in ("docker", "git", "kubectl", "uv"):
        (programs / name).write_text(STAND_IN.format(tag=TAG))
        (programs / name).chmod(0o755)
    return place


def release(place: Path, failing: str = "") -> list[str]:
    """Run the commands up to one that fails, and return what they called."""
    found = SECTION.search((place / "deploy" / "README.md").read_text())
    assert found
    commands = [line.removeprefix("$ ") for line in found[1].splitlines()]
    calls = place.parent / "calls"
    variables = {
        "PATH": f"{place.parent / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "CALLS": str(calls),
        "FAILING": failing,
        "REGISTRY": IMAGE.rpartition("/")[0],
    }
    script = "set -e\n" + "\n".join(f"{command} || exit" for command in commands)
    subprocess.run(["bash", "-c", script], cwd=place, env=variables, check=False)
    return calls.read_text().splitlines()


def test_five_commands_build_migrate_and_roll_out_one_image(deployed: Path) -> None:
    assert release(deployed) == CALLS
    pods = templates(build(deployed, "production"))
    images = {kind: pod["spec"]["containers"][0]["image"] for kind, pod in pods}
    assert images == {"Deployment": f"{IMAGE}:{TAG}", "Job": f"{IMAGE}:{TAG}"}


def test_nothing_is_rolled_out_if_the_migration_fails(deployed: Path) -> None:
    assert release(deployed, "kubectl wait") == CALLS[:5]


def test_an_overlay_with_the_migration_in_it_builds_for_argo_cd(deployed: Path) -> None:
    overlay = deployed / "deploy" / "overlays" / "production"
    file = overlay / "kustomization.yaml"
    file.write_text(file.read_text().replace("  - ../../base\n", "  - ../../base\n  - migrate\n"))
    pods = list(templates(list(yaml.safe_load_all(kustomize(overlay)))))
    assert {kind for kind, _ in pods} == {"Deployment", "Job"}
    assert len({pod["spec"]["containers"][0]["image"] for _, pod in pods}) == 1
