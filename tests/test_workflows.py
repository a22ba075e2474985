"""The jobs that a service gets are valid and safe, and bring releases of the template."""

import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.repositories import commit, git
from tests.support import TEMPLATE, Service
from tests.updates.text import append, replace

BRANCH: Final = "template-update"
TIMES: Final = count(2**31)  # seconds
GITHUB: Final = TEMPLATE / "template" / ".github" / "workflows"
GITLAB: Final = TEMPLATE / "template" / ".gitlab-ci.yml"
PIPELINES: Final = [GITLAB, *(TEMPLATE / "template" / ".gitlab").glob("*.yml")]
WORKFLOWS: Final = [*GITHUB.glob("*.yml"), *(TEMPLATE / ".github" / "workflows").glob("*.yml")]
# The programs of GitHub's machines; `gh` writes down what it was asked, and knows no pull request.
GH: Final = """#!/bin/sh
echo "$*" >> "$0.asked"
if [ "$1 $2" = "pr list" ]; then echo 0; fi
"""
ROLE: Final = {
    f"GIT_{role}_{what}": "owner" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}


def tool(*command: str) -> tuple[int, str]:
    """Run a tool of this repository's environment."""
    program, *arguments = command
    path = Path(sys.executable).parent / program
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_is_valid(file: Path) -> None:
    schema = "vendor.github-workflows"
    assert tool("check-jsonschema", "--builtin-schema", schema, str(file))[0] == 0


@pytest.mark.parametrize("file", PIPELINES, ids=lambda file: file.name)
def test_a_pipeline_of_gitlab_is_valid(file: Path) -> None:
    code, output = tool("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(file))
    assert code == 0, output


def test_the_pipeline_of_gitlab_includes_the_others_if_they_are_there() -> None:
    included = yaml.safe_load(GITLAB.read_text())["include"]
    paths = [file.relative_to(TEMPLATE / "template").as_posix() for file in PIPELINES[1:]]
    assert paths
    assert included == [{"local": path, "rules": [{"exists": [path]}]} for path in paths]


def test_the_workflows_are_safe() -> None:
    code, output = tool("zizmor", "--offline", "--no-progress", *map(str, WORKFLOWS))
    assert code == 0, output


@pytest.fixture
def waiting(
    followed: Service,
    own_template: Path,
    wheel: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Service:
    """A service with a remote, for which a release is waiting."""
    monkeypatch.setenv("SCAFFOLD_SOURCE", str(wheel))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))  # the jobs write there
    insert = "    install_error_handlers(app)\n"
    replace(
        own_template / "template/app/main.py.jinja", insert, f"{insert}    app.state.later = 1\n"
    )
    (own_template / "CHANGELOG.md").write_text("# Changelog\n\n## 0.0.2\n\nSets a state.\n")
    commit(own_template)
    git(own_template, "tag", "v0.0.2")
    append(followed.path / "app/main.py", "\nOWN = 1\n")
    commit(followed.path)
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(followed.path, "remote", "add", "origin", str(tmp_path / "origin.git"))
    return followed


def run_step(service: Service, script: str, **variables: str) -> tuple[int, str]:
    """Run a step of a job in the environment of the service."""
    script = script.replace("uv run ", "")
    return service.attempt("bash", "-e", "-c", script, BRANCH=BRANCH, **ROLE, **variables)


def proposed(tmp_path: Path, branch: str = BRANCH) -> tuple[str, str]:
    """Return the message of what was pushed, and the module that the release changes."""
    origin = tmp_path / "origin.git"
    message = git(origin, "log", "--max-count=1", "--format=%B", branch)
    return message, git(origin, "show", f"{branch}:app/main.py")


@pytest.fixture
def gh(tmp_path: Path) -> Path:
    """The command of GitHub, in a folder of its own."""
    file = tmp_path / "bin" / "gh"
    file.parent.mkdir()
    file.write_text(GH)
    file.chmod(0o755)
    return file


@pytest.mark.slow
def test_github_opens_a_pull_request(waiting: Service, gh: Path, tmp_path: Path) -> None:
    job = yaml.safe_load((GITHUB / "update.yml").read_text())["jobs"]["update"]
    scripts = [step["run"] for step in job["steps"] if "run" in step][1:]
    path = f"{gh.parent}:{waiting.variables()['PATH']}"
    for script in scripts:
        code, output = run_step(waiting, script, PATH=path)
        assert code == 0, output

    message, text = proposed(tmp_path)
    assert message.startswith(
        "build: update the template, v0.0.1 -> v0.0.2\n\n## 0.0.2\n\nSets a state."
    )
    assert "app.state.later = 1" in text
    assert text.endswith("\nOWN = 1\n")
    assert git(waiting.path, "status", "--short") in {"", "?? uv.lock\n"}
    asked = Path(f"{gh}.asked").read_text().splitlines()
    assert asked[0] == "auth setup-git"
    assert asked[-1] == f"pr create --head {BRANCH} --fill"

    # Its own proposal is made anew, that which a colleague has worked on is left alone.
    make_anew(waiting)
    code, output = run_step(waiting, scripts[-1], PATH=path)
    assert code == 0, output
    add_commit(tmp_path)
    assert refused(tmp_path, *run_step(waiting, scripts[-1], PATH=path))
    asked = Path(f"{gh}.asked").read_text().splitlines()

    # Nothing is waiting any more: nothing is opened.
    git(waiting.path, "checkout", "--quiet", "-B", "main", BRANCH)
    git(waiting.path, "branch", "--quiet", "-D", BRANCH)
    for script in scripts:
        code, output = run_step(waiting, script, PATH=path)
        assert code == 0, output
    assert Path(f"{gh}.asked").read_text().splitlines() == [*asked, "auth setup-git"]


def make_anew(service: Service) -> None:
    """Make the commit of the job's branch anew, as each run of the job does.

    A push of what is there already may end with a SIGPIPE where no network is between.
    """
    assert git(service.path, "branch", "--show-current").strip() == BRANCH
    anew = ["--amend", "--no-edit", "--quiet", "--no-verify", "--reset-author"]
    git(service.path, "commit", *anew, "--date", f"{next(TIMES)} +0000")


def add_commit(tmp_path: Path) -> None:
    """Have a colleague push a commit to the branch of the job."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--branch", BRANCH, "origin.git", str(clone))
    append(clone / "app/main.py", "\nTHEIRS = 1\n")
    commit(clone)
    git(clone, "push", "--quiet", "origin", BRANCH)


def refused(tmp_path: Path, code: int, output: str) -> bool:
    """Tell whether a push was refused because of a colleague's commit, which is still there."""
    listed = "changed\n" in output and "are not from here: merge its" in output
    return code == 1 and listed and proposed(tmp_path)[1].endswith("\nTHEIRS = 1\n")


@pytest.mark.slow
def test_a_conflict_fails_the_job_and_is_listed(waiting: Service, gh: Path) -> None:
    replace(waiting.path / "app/main.py", "    install_error_handlers(app)\n", "")
    commit(waiting.path)
    job = yaml.safe_load((GITHUB / "update.yml").read_text())["jobs"]["update"]
    merge = next(step["run"] for step in job["steps"] if "poe update" in step.get("run", ""))
    path = f"{gh.parent}:{waiting.variables()['PATH']}"
    code, output = run_step(waiting, merge, PATH=path)
    assert code == 1
    assert "  app/main.py:" in output
    assert not git(waiting.path, "branch", "--list", BRANCH)


@pytest.mark.slow
def test_gitlab_opens_a_merge_request(waiting: Service, tmp_path: Path) -> None:
    job: dict[str, Any] = yaml.safe_load(GITLAB.read_text())["update"]
    assert job["variables"]["BRANCH"] == BRANCH
    # The address of the project becomes that of the repository here, which takes push options.
    git(tmp_path / "origin.git", "config", "receive.advertisePushOptions", "true")
    address = "https://oauth2:secret@gitlab.example:443/group/shop.git"
    git(waiting.path, "config", f"url.{tmp_path / 'origin.git'}.insteadOf", address)
    project = {
        "CI_SERVER_PROTOCOL": "https",
        "CI_SERVER_HOST": "gitlab.example",
        "CI_SERVER_PORT": "443",
        "CI_PROJECT_PATH": "group/shop",
        "CI_DEFAULT_BRANCH": "main",
    }
    _, merge, push = job["script"][1:]
    code, output = run_step(waiting, merge)
    assert code == 0, output
    code, output = run_step(waiting, push, **project)
    assert code != 0
    assert "TEMPLATE_UPDATE_TOKEN: is not set: it has to be a project access token" in output
    for _ in range(2):
        make_anew(waiting)
        code, output = run_step(waiting, push, TEMPLATE_UPDATE_TOKEN="secret", **project)
        assert code == 0, output
    assert "app.state.later = 1" in proposed(tmp_path)[1]
    add_commit(tmp_path)
    assert refused(tmp_path, *run_step(waiting, push, TEMPLATE_UPDATE_TOKEN="secret", **project))
