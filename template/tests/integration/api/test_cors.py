"""Pages of allowed origins can use the API from a browser; by default there are none."""

from collections.abc import AsyncIterator

import pytest
from httpx2 import AsyncClient

from app.core.config import Settings
from tests.gadgets import URL
from tests.variants import client_with

ORIGIN = "https://shop.example"
PREFLIGHT = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": "content-type,if-match",
}
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture
async def open_client(settings: Settings) -> AsyncIterator[AsyncClient]:
    """A client of an app that allows an origin."""
    async with client_with(settings, cors_origins=(ORIGIN,), cors_credentials=True) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status"), [("/livez", 200), ("/nowhere", 404), ("/gadgets/fail/now", 500)]
)
async def test_every_response_can_be_read(open_client: AsyncClient, path: str, status: int) -> None:
    answer = await open_client.get(path, headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.headers[ALLOWED]) == (status, ORIGIN)
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


async def test_a_preflight_is_answered_and_a_problem_for_another_origin(
    open_client: AsyncClient,
) -> None:
    answer = await open_client.options(URL, headers=PREFLIGHT)
    other = await open_client.options(URL, headers=PREFLIGHT | {"Origin": "https://other.example"})
    assert (answer.status_code, answer.headers[ALLOWED]) == (200, ORIGIN)
    assert (other.status_code, other.json()["detail"]) == (400, "Disallowed CORS origin")


async def test_no_origin_is_allowed_by_default(client: AsyncClient) -> None:
    answer = await client.options(URL, headers=PREFLIGHT)
    assert (answer.status_code, answer.headers.get(ALLOWED)) == (405, None)
