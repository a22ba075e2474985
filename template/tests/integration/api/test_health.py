"""Liveness does not use the database; readiness does."""

from collections.abc import AsyncIterator

import pytest
from httpx2 import AsyncClient
from pydantic import SecretStr

from app.core.config import Settings
from tests import gadgets
from tests.variants import client_with


@pytest.fixture
async def cut_off(settings: Settings, free_tcp_port: int) -> AsyncIterator[AsyncClient]:
    """A client of a service whose database cannot be reached."""
    url = SecretStr(f"postgresql://someone@127.0.0.1:{free_tcp_port}/shop")
    async with client_with(settings, database_url=url) as client:
        yield client


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/livez/"])
async def test_a_service_with_its_database_is_alive_and_ready(
    client: AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_a_service_without_its_database_is_alive(cut_off: AsyncClient) -> None:
    answer = await cut_off.get("/livez")
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/readyz", gadgets.URL, "/gadgets/names/streamed"])
async def test_a_service_without_its_database_is_not_ready_and_answers_with_503(
    cut_off: AsyncClient, path: str
) -> None:
    answer = await cut_off.get(path)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) >= 1
