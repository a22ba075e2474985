"""The ticket endpoints, over HTTP against the real database."""

from typing import Any

import pytest
from httpx2 import AsyncClient

from app.models.ticket import SCREENSHOT_MAX_BYTES

URL = "/api/v1/tickets/"
TICKET: dict[str, Any] = {
    "title": "Broken",
    "labels": ["bug", "shipping"],
    "state": "open",
    "channel": "phone",
    "urgent": True,
}
HALF_A_MEGABYTE_MORE_THAN_USUAL = 1_500_000


@pytest.fixture
async def url(client: AsyncClient) -> str:
    """The URL of a stored ticket."""
    answer = await client.post(URL, json=TICKET)
    assert answer.status_code == 201
    return str(answer.headers["Location"])


async def test_a_ticket_is_read_as_it_was_sent(client: AsyncClient, url: str) -> None:
    answer = await client.get(url)
    assert answer.json() == TICKET | {"id": int(url.rpartition("/")[2])}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "lost"),
        ("channel", "lost"),
        ("labels", ["lost"]),
        ("labels", ["bug"] * 11),
        ("urgent", "maybe"),
    ],
)
async def test_a_wrong_value_is_named(client: AsyncClient, field: str, value: object) -> None:
    answer = await client.post(URL, json=TICKET | {field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"][:2] == ["body", field]


async def test_a_screenshot_may_be_larger_than_other_bodies(client: AsyncClient, url: str) -> None:
    files = {"file": bytes(HALF_A_MEGABYTE_MORE_THAN_USUAL)}
    answer = await client.put(f"{url}/screenshot", files=files)
    assert answer.status_code == 204


async def test_a_screenshot_has_a_limit(client: AsyncClient, url: str) -> None:
    files = {"file": bytes(SCREENSHOT_MAX_BYTES)}
    answer = await client.put(f"{url}/screenshot", files=files)
    assert answer.status_code == 413
    assert str(SCREENSHOT_MAX_BYTES) in answer.json()["detail"]


async def test_a_missing_file_is_named(client: AsyncClient, url: str) -> None:
    answer = await client.put(f"{url}/screenshot", data={"other": "field"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"] == ["body", "file"]
