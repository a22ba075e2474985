"""`poe dev` serves at once, keeps its data, and leaves nothing behind however it ends."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.faults.ports import HOST, free_port
from tests.faults.server import PRODUCTS, Server, await_truth, kill_group
from tests.support import Service

PRODUCT = {"name": "kept", "price": 1.5}
POE = ("poe", "dev")
UV = (os.environ.get("UV", "uv"), "run", "--active", "--no-sync", *POE)

pytestmark = pytest.mark.slow

Kill = Callable[[Server], None]


@pytest.fixture
def service(make_service: Callable[..., Service]) -> Iterator[Service]:
    """Return a service of its own; what still runs of it at the end is killed."""
    service = make_service()
    yield service
    for process in processes_of(service.path):
        process.kill()


def processes_of(place: Path) -> list[psutil.Process]:
    """Return all processes that run in a directory or on data in it."""
    shown = psutil.process_iter(["cwd", "cmdline"])  # what may not be seen is None
    return [
        process
        for process in shown
        if any(
            str(place) in text
            for text in (process.info["cwd"] or "", *(process.info["cmdline"] or ()))
        )
    ]


def start_dev(service: Service, port: int, command: tuple[str, ...] = POE) -> Server:
    """Start `poe dev` and wait until it is ready."""
    log = service.path.parent / f"dev-{port}-{len(list(service.path.parent.glob('dev-*')))}.log"
    server = Server(service.start(*command, "--port", str(port), log=log), port, log)
    server.await_status("/readyz", 200)
    return server


def interrupt(server: Server) -> None:
    """Press Ctrl-C twice: the terminal sends the signal to the whole group."""
    for _ in range(2):
        os.killpg(server.process.pid, signal.SIGINT)


def await_nothing_left(service: Service, server: Server) -> None:
    """Wait until no process of the service is left."""
    server.process.wait(20)
    await_truth(lambda: not processes_of(service.path), "all processes end", server.log, 20)


def kill_top(server: Server) -> None:
    """Kill `uv`, and nothing below it."""
    server.process.kill()
    server.process.wait()


def kill_tool(server: Server) -> None:
    """Kill what `uv` runs, and nothing below it."""
    [tool] = psutil.Process(server.process.pid).children()
    tool.kill()
    server.process.wait(20)


def kill_all(server: Server) -> None:
    """Kill the whole group; PostgreSQL has a group of its own."""
    kill_group(server.process)


def test_it_says_where_it_serves_and_keeps_its_data(service: Service) -> None:
    port = free_port()
    server = start_dev(service, port)
    with server.client() as client:
        location = client.post(PRODUCTS, json=PRODUCT).headers["Location"]
    output = server.log.read_text()
    interrupt(server)
    await_nothing_left(service, server)
    for path in ("/docs", "/livez", "/readyz"):
        assert re.search(rf"http://{HOST}:{port}{path}\s", output)
    assert "Traceback" not in server.log.read_text()

    again = start_dev(service, port)
    kept = httpx2.get(f"{again.url}{location}").json()
    interrupt(again)
    await_nothing_left(service, again)
    assert kept["name"] == PRODUCT["name"]


def test_a_signal_to_the_top_process_ends_all(service: Service) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        server = start_dev(service, free_port(), UV)
        server.signal(number)
        await_nothing_left(service, server)


@pytest.mark.parametrize("kill", [kill_top, kill_tool, kill_all])
def test_what_a_killed_run_leaves_does_not_block_the_next(service: Service, kill: Kill) -> None:
    port = free_port()
    server = start_dev(service, port, UV)
    with server.client() as client:
        location = client.post(PRODUCTS, json=PRODUCT).headers["Location"]
    kill(server)
    await_truth(lambda: server.status("/livez") == 0, "the port is released", server.log, 20)

    again = start_dev(service, port)
    kept = httpx2.get(f"{again.url}{location}").json()
    interrupt(again)
    await_nothing_left(service, again)
    assert kept["name"] == PRODUCT["name"]


def test_a_process_that_got_the_id_of_a_killed_database_is_not_taken_for_it(
    service: Service,
) -> None:
    port = free_port()
    server = start_dev(service, port)
    note = service.path / ".postgres/development/postmaster.pid"
    postgres, _, rest = note.read_text().partition("\n")
    kill_all(server)
    psutil.Process(int(postgres)).kill()
    await_truth(lambda: not processes_of(service.path), "PostgreSQL has ended", server.log)

    with subprocess.Popen(["sleep", "60"]) as other:
        try:
            note.write_text(f"{other.pid}\n{rest}")
            again = start_dev(service, port)
            interrupt(again)
            await_nothing_left(service, again)
            assert other.poll() is None
        finally:
            other.kill()


def test_a_change_of_the_code_is_served_at_once(service: Service) -> None:
    server = start_dev(service, free_port())
    about = service.path / "app/core/about.py"
    about.write_text(re.sub(r'NAME: Final = ".*"', 'NAME: Final = "renamed"', about.read_text()))

    with server.client() as client:

        def is_renamed() -> bool:
            try:
                return '"renamed"' in client.get("/openapi.json").text
            except httpx2.TransportError:
                return False

        await_truth(is_renamed, "the change is served", server.log)
    interrupt(server)
    await_nothing_left(service, server)


def test_a_taken_port_is_reported_in_one_sentence(service: Service) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        code, output = service.attempt("poe", "dev", "--port", str(port))
    said = [line for line in output.splitlines() if str(port) in line and "Poe =>" not in line]
    assert code == 1
    assert said == [f"Port {port} is taken: choose another with `poe dev --port {port + 1}`."]
    assert "Traceback" not in output
