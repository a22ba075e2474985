"""Liveness does not use the database; readiness does."""

from collections.abc import AsyncIterator

import pytest
from httpx2 import ASGITransport, AsyncClient
from pydantic import SecretStr

from app.core.config import Settings
from app.main import create_app
from tests import gadgets


@pytest.fixture
async def cut_off(free_tcp_port: int) -> AsyncIterator[AsyncClient]:
    """A client of a service whose database cannot be reached."""
    url = SecretStr(f"postgresql://someone@127.0.0.1:{free_tcp_port}/shop")
    app = create_app(Settings(_env_file=None, database_url=url))
    app.include_router(gadgets.router)
    transport = ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=transport, base_url="http://test") as client,
    ):
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


async def test_a_service_without_its_database_is_not_ready(cut_off: AsyncClient) -> None:
    answer = await cut_off.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) >= 1


async def test_a_request_without_the_database_is_answered_with_503(cut_off: AsyncClient) -> None:
    answer = await cut_off.get(gadgets.URL)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) >= 1
