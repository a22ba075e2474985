"""The nearest `max_body_size` limits a body: of the route, of its router, or of the settings."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from httpx2 import AsyncClient, Response

from app.api.deps import Db
from app.core.config import Settings
from tests.variants import client_with

OF_SETTINGS, OF_ROUTER, OF_ROUTE = 1_000, 3_000, 9_000
BYTES = {"Content-Type": "application/octet-stream"}
router = APIRouter(prefix="/uploads", max_body_size=OF_ROUTER)
plain = APIRouter(prefix="/plain")
done: list[str] = []


@router.post("/router")
async def upload_to_router(request: Request) -> int:
    return len(await request.body())


@router.post("/route/", max_body_size=OF_ROUTE)
async def upload_to_route(request: Request) -> int:
    return sum([len(chunk) async for chunk in request.stream()])


@router.post("/tiny", max_body_size=10)
async def upload_tiny(value: dict[str, str]) -> int:
    return len(value)


@plain.post("/json")
async def send_json(value: dict[str, str]) -> int:
    return len(value)


@plain.delete("/act", max_body_size=10)
async def act(_db: Db) -> None:
    done.append("act")


@plain.get("/streamed")
async def fail_in_a_stream() -> StreamingResponse:
    async def lines() -> AsyncIterator[str]:
        yield "Not "
        yield "here."

    return StreamingResponse(lines(), 404, media_type="text/plain")


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[AsyncClient]:
    async with client_with(settings, router, plain, max_body_size=OF_SETTINGS) as client:
        yield client


def body(size: int, *, streamed: bool) -> Any:
    """Return a body of this size, with or without a declared size."""

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, size, 500):
            yield b"x" * min(500, size - start)

    return stream() if streamed else b"x" * size


def assert_too_large(answer: Response, limit: int) -> None:
    """Check for a problem document that names the limit."""
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-ID"]
    if answer.request.method != "HEAD":
        problem = answer.json()
        assert (problem["status"], problem["instance"]) == (413, answer.request.url.path)
        assert f" {limit} bytes" in problem["detail"]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/uploads/router", OF_ROUTER),
        ("/uploads/route/", OF_ROUTE),
        ("/uploads/route", OF_ROUTE),
        ("/uploads/router/", OF_ROUTER),
    ],
)
async def test_the_nearest_limit_decides(
    client: AsyncClient, path: str, limit: int, streamed: bool
) -> None:
    fits = await client.post(path, content=body(limit, streamed=streamed), headers=BYTES)
    assert (fits.status_code, fits.json()) == (200, limit)
    exceeds = await client.post(path, content=body(limit + 1, streamed=streamed), headers=BYTES)
    assert_too_large(exceeds, limit)


@pytest.mark.parametrize("streamed", [False, True])
async def test_other_routes_have_the_limit_of_the_settings(
    client: AsyncClient, streamed: bool
) -> None:
    content = body(OF_SETTINGS + 1, streamed=streamed)
    answer = await client.post("/plain/json", content=content)
    assert_too_large(answer, OF_SETTINGS)


@pytest.mark.parametrize("path", ["/nowhere", "/livez", "/docs", "/plain/json"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"])
async def test_every_path_and_method_has_a_limit(
    client: AsyncClient, method: str, path: str
) -> None:
    answer = await client.request(method, path, content=b"x" * (OF_SETTINGS + 1))
    assert_too_large(answer, OF_SETTINGS)


async def test_a_route_may_have_a_smaller_limit(client: AsyncClient) -> None:
    assert_too_large(await client.post("/uploads/tiny", json={"a": "long value"}), 10)


async def test_a_write_that_reads_no_body_does_not_happen(client: AsyncClient) -> None:
    answer = await client.request("DELETE", "/plain/act", content=b"x" * 11)
    assert_too_large(answer, 10)
    assert done == []


async def test_the_request_has_one_line_in_the_log(
    client: AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.post("/uploads/router", content=b"x" * (OF_ROUTER + 1), headers=BYTES)
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["event"], line["path"], line["status"]) == ("request", "/uploads/router", 413)


async def test_an_error_that_is_streamed_is_left_alone(client: AsyncClient) -> None:
    answer = await client.get("/plain/streamed")
    assert (answer.status_code, answer.text) == (404, "Not here.")
    assert answer.headers["Content-Type"].startswith("text/plain")
