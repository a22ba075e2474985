"""A database and a running service for each test."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.faults.postgres import Postgres, prepare
from tests.faults.server import Server, serve
from tests.support import Service


class Serve(Protocol):
    """Starts the default service on a database, with these settings, until the test ends."""

    def __call__(self, database_url: str, **settings: str) -> Server: ...


@pytest.fixture(scope="session")
def prepared(service: Service) -> Iterator[Postgres]:
    """Give a stopped server with the service's tables, for copies."""
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        yield prepare(service, Path(place) / "prepared")


@pytest.fixture
def database(prepared: Postgres, tmp_path: Path) -> Iterator[Postgres]:
    """Give a running server with empty tables, for this test alone."""
    postgres = prepared.copy(prepared.data.parent / tmp_path.name)
    postgres.start()
    yield postgres
    postgres.stop("immediate")


@pytest.fixture
def start(service: Service, tmp_path: Path) -> Iterator[Serve]:
    """Give the function that starts the service."""
    with ExitStack() as servers:

        def start_server(database_url: str, **settings: str) -> Server:
            log = tmp_path / f"service-{len(list(tmp_path.glob('service-*')))}.log"
            return servers.enter_context(serve(service, database_url, log, **settings))

        yield start_server
