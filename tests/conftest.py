"""Renders and the environment that they share: built once per run, whatever the workers."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from compileall import compile_dir
from pathlib import Path
from typing import Any, Final

import pytest
from copier import run_copy
from filelock import FileLock

from tests.repositories import commit, git
from tests.shared_processes import Forks, forks_of, scratch_server
from tests.support import SCRATCH_URL, TEMPLATE, UV, Service, clone_as_it_stands, copy_template

pytest_plugins = ["tests.measuring", "tests.container.engine", "tests.container.containers"]
# They run in a service.
collect_ignore = ["in_service", "by_hand", "auth/in_service", "ownership/in_service"]
MEMORY: Final = Path("/dev/shm")
NEWEST: Final = "v999.0.0"
ENOUGH: Final = 10 * 2**30  # bytes
OWN_FOLDER: Final = pytest.StashKey[Path]()


def is_fit(folder: Path) -> bool:
    """Tell if there is such a folder, ours to write to, for all that the tests render and start."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    place = os.statvfs(folder)
    return not place.f_flag & os.ST_NOEXEC and place.f_bavail * place.f_frsize >= ENOUGH


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give the run a directory that no other run knows, and all that it starts one inside.

    Each pytest that starts closes the one that all share to other users, PostgreSQL's among them.
    What is killed leaves its temporary files there, and they go with the run.
    """
    # Who runs this in the background of a script may hand on that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.option.basetemp is not None:  # the owner's choice, or a worker of this run
        return
    chosen = any(map(os.environ.get, ("TMPDIR", "TEMP", "TMP")))
    memory = MEMORY if not chosen and is_fit(MEMORY) else None
    own = Path(tempfile.mkdtemp(prefix="template-tests-", dir=memory))
    own.chmod(0o711)  # PostgreSQL goes through it as its own user
    temporary = own / "tmp"
    temporary.mkdir()
    temporary.chmod(0o1777)
    os.environ["TMPDIR"] = str(temporary)
    tempfile.tempdir = None
    config.stash[OWN_FOLDER] = own
    config.option.basetemp = own / "pytest"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what is slow first, so that no worker is left with it alone at the end.

    One worker begins with the environment that most of it needs, the others with what needs none.
    """
    items.sort(key=lambda item: (item.get_closest_marker("slow") is None, needs_environment(item)))
    first = next(filter(needs_environment, items), None)
    if first:
        items.insert(0, items.pop(items.index(first)))


def needs_environment(item: pytest.Item) -> bool:
    """Tell whether a test, or a fixture of its, runs something in a service."""
    return "environment" in getattr(item, "fixturenames", ())


@pytest.hookimpl(trylast=True)  # the workers have ended by then
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remove that directory once all has passed; what failed may want a look."""
    if exitstatus == pytest.ExitCode.OK and OWN_FOLDER in session.config.stash:
        shutil.rmtree(session.config.stash[OWN_FOLDER], ignore_errors=True)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def template_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the template outside of any repository, which renders without a clone."""
    return copy_template(tmp_path_factory.mktemp("template-files"))


@pytest.fixture(scope="session")
def default_render(shared: Path) -> Path:
    """Return the service of the default answers, to look at and never to change."""
    place = shared / "default-service"
    with FileLock(f"{place}.lock"):
        if not place.exists():
            run_copy(str(TEMPLATE), place, vcs_ref="HEAD", defaults=True, quiet=True)
    return place


@pytest.fixture(scope="session")
def environment(shared: Path) -> Iterator[Path]:
    """Return the virtual environment with the dependencies of every render.

    What runs in it makes its scratch databases on one PostgreSQL. Mypy has read the libraries once
    for all workers, of which each goes on with a cache of its own.
    """
    place, source = shared / "environment", shared / "environment-source"
    with FileLock(f"{place}.lock"):
        if not (place / "synced").exists():
            every = {"features": ["auth"]}  # of those with packages of their own
            run_copy(str(TEMPLATE), source, data=every, vcs_ref="HEAD", defaults=True, quiet=True)
            sync(source, place, sys.executable)
            Service(source, place).run("mypy", MYPY_CACHE_DIR=str(place / "mypy"))
            (place / "synced").touch()
    shutil.copytree(place / "mypy", Service(source, place).mypy_cache)
    with scratch_server(Service(source, place)) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv(SCRATCH_URL, url)
        yield place


@pytest.fixture(scope="session")
def wheel(shared: Path) -> Path:
    """Return the wheel of the template's command, built from a clone as the next commit has it."""
    place, clone = shared / "wheel", shared / "wheel-source"
    with FileLock(f"{place}.lock"):
        if not (place / "built").exists():
            clone_as_it_stands(clone)
            build = [UV, "build", "--quiet", "--wheel", "--out-dir", str(place)]
            subprocess.run(build, cwd=clone, check=True)
            (place / "built").touch()
    return next(place.glob("*.whl"))


@pytest.fixture(scope="session")
def released_template(shared: Path) -> Path:
    """Return a repository of all that the template is, with one release; nobody changes it."""
    place = shared / "released-template"
    with FileLock(f"{place}.lock"):
        if not place.exists():
            clone_as_it_stands(place)
            git(place, "tag", NEWEST)
    return place


def sync(project: Path, environment: Path, python: str) -> None:
    """Install a service's dependencies into an environment, as `uv sync` does for its owner."""
    variables = os.environ | {"UV_PROJECT_ENVIRONMENT": str(environment)}
    variables.pop("VIRTUAL_ENV", None)
    subprocess.run(
        [UV, "sync", "--quiet", "--python", python],
        cwd=project,
        env=variables,
        check=True,
    )


@pytest.fixture(scope="session")
def service(default_render: Path, environment: Path) -> Service:
    """Return the default service with its environment; for tests that leave its files alone."""
    return Service(default_render, environment)


@pytest.fixture(scope="session")
def forks(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """Return a process that runs programs of services in its forks."""
    with forks_of(service, tmp_path_factory.mktemp("forks")) as process:
        yield process


@pytest.fixture
def make_service(tmp_path: Path, environment: Path) -> Callable[..., Service]:
    """Return a function that renders a service of its own for one test."""

    def make(**answers: Any) -> Service:
        place = tmp_path / "service"
        run_copy(str(TEMPLATE), place, data=answers, vcs_ref="HEAD", defaults=True, quiet=True)
        return Service(place, environment)

    return make


@pytest.fixture(scope="session")
def committed_service(template_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the default service of a release under version control, compiled, to copy."""
    base = tmp_path_factory.mktemp("committed")
    template, place = base / "template", base / "service"
    shutil.copytree(template_files, template)
    git(template, "init", "--quiet")
    commit(template)
    git(template, "tag", "v0.0.1")
    run_copy(str(template), place, defaults=True, quiet=True)
    git(place, "init", "--quiet")
    commit(place)
    compile_dir(place, quiet=1)
    return place


@pytest.fixture
def owned(committed_service: Path, environment: Path, tmp_path: Path) -> Service:
    """Return a service of a release under version control, for one test to change."""
    place = tmp_path / "service"
    shutil.copytree(committed_service, place)
    return Service(place, environment)


@pytest.fixture
def own_template(committed_service: Path, tmp_path: Path) -> Path:
    """Return a repository of the template for one test, whose newest release a service has."""
    place = tmp_path / "template"
    shutil.copytree(committed_service.parent / "template", place)
    return place


@pytest.fixture
def followed(owned: Service, own_template: Path) -> Service:
    """Return a service of that release under version control."""
    answers = owned.path / ".copier-answers.yml"
    lines = answers.read_text().splitlines()
    moved = [f"_src_path: {own_template}" if "_src_path" in line else line for line in lines]
    answers.write_text("\n".join(moved) + "\n")
    commit(owned.path)
    return owned
