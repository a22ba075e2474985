"""compose.yaml starts the service as production does, with settings that the service has."""

import re
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jinja2 import Environment

from tests.faults.postgres import Postgres
from tests.faults.server import serve
from tests.support import TEMPLATE, Service

FILE: Final = "compose.yaml"
OWN: Final = ("app", "migrate")
SAFE: Final = {
    "cap_drop": ["ALL"],
    "read_only": True,
    "security_opt": ["no-new-privileges:true"],
}
UNSAFE: Final = {"cap_add", "network_mode", "pid", "privileged", "user"}
SECRET: Final = re.compile(r"KEY|PASSWORD|SECRET|TOKEN")
OF_THE_DRIVER: Final = {"PGPASSWORD"}
# Each mistake, and what reports it.
MISTAKES: Final = [
    ("  read_only: true", "  user: root", "app: read_only is not True"),
    ("  read_only: true", "  read_only: true\n  privileged: true", "app: sets privileged"),
    ("  mem_limit: 192m\n", "", "app: has no limit of memory"),
    ("cap_drop: [ALL]", "cap_drop: [NET_RAW]", "app: cap_drop is not ['ALL']"),
    ("no-new-privileges:true", "seccomp:unconfined", "app: security_opt is not"),
    ("127.0.0.1:${PORT:-8000}:8000", "8000:8000", "app: 8000:8000 is open to other machines"),
    ("{PORT:-8000}:8000", "{PORT:-8000}:80", "app: port 80 is not that of the image"),
    ('127.0.0.1", 8000', '127.0.0.1", 8080', "app: its health check does not ask /readyz"),
    ('"/readyz"', '"/livez"', "app: its health check does not ask /readyz"),
    ("postgres:18", "postgres", "database: its image has no tag"),
    ("PASSWORD: &password $", "PASSWORD: &password x$", "app: PGPASSWORD is plain text"),
    ("postgres@database", "postgres:secret@database", "app: DATABASE_URL has a password"),
    ("DATABASE_URL:", "DATABASE_URI:", "app: DATABASE_URI is not a setting"),
    ("service_completed_successfully", "service_started", "app: does not wait for migrate"),
    ("service_healthy", "service_started", "migrate: does not wait for database"),
    ("stop_grace_period: 35s", "stop_grace_period: 20s", "app: stops in 30 s, not in 20 s"),
    ("/var/lib/postgresql", "/var/lib/postgresql/data", "database: its data are not kept"),
]


def problems_in(text: str, service: Path) -> list[str]:
    """Return what is wrong in a compose file, for the other files of its service."""
    services: dict[str, dict[str, Any]] = yaml.safe_load(text)["services"]
    found = [f"{name}: {problem}" for name in services for problem in problems_of(services[name])]
    names = settings_of(service) | OF_THE_DRIVER
    for name in OWN:
        unknown = [key for key in services[name]["environment"] if key not in names]
        found += [f"{name}: {key} is not a setting" for key in unknown]
    found += [f"app: {problem}" for problem in problems_of_app(services["app"], service)]
    for name, other, condition in (
        ("app", "migrate", "service_completed_successfully"),
        ("migrate", "database", "service_healthy"),
    ):
        if services[name]["depends_on"].get(other) != {"condition": condition}:
            found.append(f"{name}: does not wait for {other}")
    if services["database"]["volumes"] != ["database:/var/lib/postgresql"]:
        found.append("database: its data are not kept")
    return found


def problems_of(service: dict[str, Any]) -> list[str]:
    """Return what is wrong in any service."""
    found = [f"sets {key}" for key in sorted(UNSAFE & service.keys())]
    if "volumes" not in service:  # the database has its own user, and changes to it by itself
        wrong = [key for key, value in SAFE.items() if service.get(key) != value]
        found += [f"{key} is not {SAFE[key]}" for key in wrong]
        found += [] if "mem_limit" in service else ["has no limit of memory"]
    if "build" not in service and ":" not in service["image"].rpartition("/")[2]:
        found.append("its image has no tag")
    for address in service.get("ports", []):
        found += (
            [] if address.startswith("127.0.0.1:") else [f"{address} is open to other machines"]
        )
    for name, value in service.get("environment", {}).items():
        if SECRET.search(name) and not value.startswith("${"):
            found.append(f"{name} is plain text")
        if re.search(r"://[^/@]*:[^/]*@", value):
            found.append(f"{name} has a password")
    return found


def problems_of_app(app: dict[str, Any], service: Path) -> list[str]:
    """Return what does not fit the image and the times of the service."""
    [port] = re.findall(r"^EXPOSE (\d+)$", (service / "Dockerfile").read_text(), re.MULTILINE)
    found = []
    for address in app["ports"]:
        inside = address.rpartition(":")[2]
        found += [] if inside == port else [f"port {inside} is not that of the image"]
    check = "".join(app["healthcheck"]["test"])
    if f'"127.0.0.1", {port}' not in check or '"/readyz"' not in check:
        found.append("its health check does not ask /readyz")
    needed = sum(
        float(number)
        for file, pattern in (
            ("server.py", r"^DRAIN_SECONDS: Final = (\S+)"),
            ("core/config.py", r"^    shutdown_timeout: int = Field\(\s+default=(\d+)"),
            ("db/sync_session.py", r"^CLOSE_SECONDS: Final = (\S+)"),
            ("core/otlp.py", r"^FLUSH_SECONDS: Final = (\S+)"),
        )
        for number in re.findall(pattern, (service / "app" / file).read_text(), re.MULTILINE)
    )
    given = int(app["stop_grace_period"].removesuffix("s"))
    return [*found, *([] if given > needed else [f"stops in {needed:.0f} s, not in {given} s"])]


def settings_of(service: Path) -> set[str]:
    """Return the names of all settings."""
    files = [service / "app/core" / name for name in ("config.py", "auth_settings.py")]
    text = "".join(file.read_text() for file in files if file.exists())
    return {name.upper() for name in re.findall(r"^    ([a-z_]+): ", text, re.MULTILINE)}


def test_it_fits_the_service_and_is_safe(default_render: Path) -> None:
    assert problems_in((default_render / FILE).read_text(), default_render) == []


@pytest.mark.parametrize("name", ["null", "true", "shop"])
def test_it_takes_any_name_of_a_service(name: str) -> None:
    text = (TEMPLATE / "template" / f"{FILE}.jinja").read_text()
    template = Environment(autoescape=False, trim_blocks=True).from_string(text)
    compose = yaml.safe_load(template.render(service_name=name, auth=True))
    assert {compose["name"], *(compose["services"][own]["image"] for own in OWN)} == {name}


@pytest.mark.parametrize(("right", "wrong", "problem"), MISTAKES, ids=lambda text: text[:30])
def test_a_mistake_is_found(default_render: Path, right: str, wrong: str, problem: str) -> None:
    text = (default_render / FILE).read_text()
    assert right in text
    found = problems_in(text.replace(right, wrong, 1), default_render)
    assert [each for each in found if each.startswith(problem)], found


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("", ""),
        ("read_only:", "readonly:"),
        ("service_healthy", "healthy"),
        ("interval: 3s", "interval: 3"),
    ],
)
def test_its_schema_holds_and_finds_what_is_misspelt(
    default_render: Path, tmp_path: Path, right: str, wrong: str
) -> None:
    file = tmp_path / FILE
    file.write_text((default_render / FILE).read_text().replace(right, wrong))
    check = ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(file))
    code, output = Service(tmp_path, Path(sys.prefix)).attempt(*check)
    assert (code == 0) is (right == wrong), output


@pytest.mark.slow
def test_its_health_check_asks_the_database(
    service: Service, empty_database: Postgres, tmp_path: Path
) -> None:
    app = yaml.safe_load((service.path / FILE).read_text())["services"]["app"]
    _, *command = app["healthcheck"]["test"]
    with serve(service, empty_database.url, tmp_path / "log") as server:
        here = [part.replace("8000", str(server.port)) for part in command]
        service.run(*here)
        empty_database.stop()
        try:
            code, _ = service.attempt(*here)
        finally:
            empty_database.start()
        assert code == 1
    assert service.attempt(*here)[0] == 1  # nothing listens
