"""The jobs of GitHub and GitLab check the image that they build, and push it at a tag."""

import json
import shlex
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.container.containers import Image
from tests.faults.ports import free_port
from tests.faults.postgres import Postgres
from tests.repositories import commit, git
from tests.support import TEMPLATE, Service

GITHUB: Final = TEMPLATE / "template/.github/workflows/image.yml"
GITLAB: Final = TEMPLATE / "template/.gitlab/image.yml"
DOCKER: Final = Path(__file__).with_name("docker.py")
TOKEN: Final = "a-token"
# Writes down what it was asked, with its input, and the digest of what it would have pushed.
RECORDER: Final = """#!/bin/sh
echo "$*" >> "$0.asked"
case "$1" in login) cat >> "$0.input";; esac
for file; do
  case "$before" in --metadata-file) echo '{"containerimage.digest": "sha256:0"}' > "$file";; esac
  before=$file
done
"""


def job_of_github(name: str) -> dict[str, Any]:
    """Return a job of the workflow."""
    job: dict[str, Any] = yaml.safe_load(GITHUB.read_text())["jobs"][name]
    return job


def scripts_of_github(name: str) -> list[str]:
    """Return the scripts of a job, but for what only a failure runs."""
    steps = [step for step in job_of_github(name)["steps"] if step.get("if") != "failure()"]
    return [step["run"] for step in steps if "run" in step]


def scripts_of_gitlab() -> list[str]:
    """Return the scripts of the job."""
    scripts: list[str] = yaml.safe_load(GITLAB.read_text())["container"]["script"]
    return scripts


CHECKS: Final = {"github": scripts_of_github("check"), "gitlab": scripts_of_gitlab()[:-1]}


def program(folder: Path, text: str) -> Path:
    """Make a command `docker` in a folder."""
    folder.mkdir(exist_ok=True)
    file = folder / "docker"
    file.write_text(text)
    file.chmod(0o755)
    return file


@pytest.fixture
def variables(image: Image, empty_database: Postgres, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the environment of a job, whose Docker is podman, with an empty database."""
    python = shlex.join([sys.executable, str(DOCKER)])
    program(tmp_path / "bin", f'#!/bin/sh\nexec {python} "$@"\n')
    empty_database.query("CREATE DATABASE app")
    port = str(free_port())
    yield image.engine.variables | {
        "PATH": f"{tmp_path / 'bin'}:{image.service.variables()['PATH']}",
        "DATABASE": f"@127.0.0.1:{empty_database.port}/",
        "PORT": port,
        "POSTGRES_PASSWORD": "a password",
    }
    image.engine.attempt("podman", "rm", "--force", "--time=0", f"app-{port}")
    empty_database.query("DROP DATABASE app WITH (FORCE)")


def run(image: Image, scripts: list[str], variables: dict[str, str]) -> tuple[int, str]:
    """Run the scripts of a job until one fails."""
    port, output = variables["PORT"], ""
    for script in scripts:
        command = ("bash", "-e", "-o", "pipefail", "-c", script.replace("8000", port))
        code, printed = image.service.attempt(*command, **variables)
        output += printed
        if code:
            return code, output
    return 0, output


@pytest.mark.slow
@pytest.mark.xdist_group("container")
@pytest.mark.parametrize("scripts", CHECKS.values(), ids=CHECKS)
def test_a_job_migrates_starts_and_stops_the_image(
    image: Image, empty_database: Postgres, variables: dict[str, str], scripts: list[str]
) -> None:
    code, output = run(image, scripts, variables)
    assert code == 0, output
    url = f"postgresql://postgres{variables['DATABASE']}app"
    assert "products" in empty_database.run("psql", "-XAtqd", url, "-c", "\\dt")


@pytest.mark.slow
@pytest.mark.xdist_group("container")
def test_a_job_fails_if_the_image_does_not_stop(image: Image, variables: dict[str, str]) -> None:
    code, output = run(image, CHECKS["github"], variables | {"STOP_SECONDS": "0"})
    assert code == 1
    assert output.endswith("At SIGTERM it exits with 137.\n")


@pytest.mark.slow
@pytest.mark.xdist_group("container")
def test_a_job_fails_if_there_is_no_database(image: Image, variables: dict[str, str]) -> None:
    code, output = run(
        image, CHECKS["gitlab"], variables | {"DATABASE": f"@127.0.0.1:{free_port()}/"}
    )
    assert code != 0
    assert "Connect call failed" in output


@pytest.fixture
def tagged(default_render: Path, tmp_path: Path) -> Service:
    """Return what of a service a job reads that pushes, in a commit."""
    place = tmp_path / "service"
    place.mkdir()
    (place / "pyproject.toml").write_text((default_render / "pyproject.toml").read_text())
    git(place, "init", "--quiet")
    commit(place)
    return Service(place, Path(sys.prefix))


def test_github_pushes_a_tag_with_attestations(tagged: Service, tmp_path: Path) -> None:
    recorder = program(tmp_path / "bin", RECORDER)
    [script] = scripts_of_github("publish")
    output = tmp_path / "output"
    tagged.run(
        *("bash", "-e", "-o", "pipefail", "-c", script),
        PATH=f"{recorder.parent}:{tagged.variables()['PATH']}",
        GITHUB_ACTOR="someone",
        GITHUB_OUTPUT=str(output),
        GITHUB_REF_NAME="v1.2.3",
        GITHUB_REPOSITORY="Team/Shop",
        GITHUB_REPOSITORY_OWNER="Team",
        GITHUB_SERVER_URL="https://github.example",
        GITHUB_SHA="abc",
        RUNNER_TEMP=str(tmp_path),
        TOKEN=TOKEN,
    )
    image = f"ghcr.io/team/{name_in(tagged)}"
    assert output.read_text() == f"image={image}\ndigest=sha256:0\n"
    check_push(recorder, f"{image}:v1.2.3", "abc", "v1.2.3", "https://github.example/Team/Shop")


def test_gitlab_pushes_a_tag_with_attestations(tagged: Service, tmp_path: Path) -> None:
    recorder = program(tmp_path / "bin", RECORDER)
    script = scripts_of_gitlab()[-1]
    path = f"{recorder.parent}:{tagged.variables()['PATH']}"
    tagged.run("sh", "-e", "-c", script, PATH=path)
    assert not Path(f"{recorder}.asked").exists()  # no tag

    tagged.run(
        *("sh", "-e", "-c", script),
        PATH=path,
        CI_COMMIT_SHA="abc",
        CI_COMMIT_TAG="v1.2.3",
        CI_PROJECT_URL="https://gitlab.example/team/shop",
        CI_REGISTRY="registry.example",
        CI_REGISTRY_IMAGE="registry.example/team/shop",
        CI_REGISTRY_PASSWORD=TOKEN,
        CI_REGISTRY_USER="someone",
    )
    image = f"registry.example/team/shop/{name_in(tagged)}:v1.2.3"
    check_push(recorder, image, "abc", "v1.2.3", "https://gitlab.example/team/shop")


def name_in(service: Service) -> str:
    """Return the name of a service."""
    return service.path.joinpath("pyproject.toml").read_text().split('name = "')[1].split('"')[0]


def check_push(recorder: Path, image: str, revision: str, version: str, source: str) -> None:
    """Check that an image was pushed with attestations and labels, and no secret was shown."""
    asked = Path(f"{recorder}.asked").read_text()
    assert Path(f"{recorder}.input").read_text() == f"{TOKEN}\n"
    assert TOKEN not in asked
    push = asked.splitlines()[-1].split(" ")
    assert push[:3] == ["buildx", "build", "."]
    assert push[push.index("--tag") + 1] == image
    assert {"--provenance=mode=max", "--sbom=true"} <= set(push)
    assert "push=true" in push[push.index("--output") + 1]
    given = [value for option, value in pairwise(push) if option == "--build-arg"]
    wanted = {"REVISION": revision, "VERSION": version, "SOURCE": source}
    assert dict(each.split("=", 1) for each in given) == wanted


def test_only_the_job_that_pushes_may_write() -> None:
    workflow = yaml.safe_load(GITHUB.read_text())
    assert workflow["permissions"] == {}
    assert job_of_github("check")["permissions"] == {"contents": "read"}
    publish = job_of_github("publish")
    assert publish["if"] == "github.ref_type == 'tag'"
    assert publish["needs"] == "check"
    written = {name for name, level in publish["permissions"].items() if level == "write"}
    assert written == {"attestations", "id-token", "packages"}
    arguments = json.dumps(scripts_of_github("check"))
    assert "secrets." not in arguments
