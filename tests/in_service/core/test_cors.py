"""Pages of allowed origins can use the API from a browser."""

import json
from collections.abc import AsyncIterator

import pytest
from httpx2 import AsyncClient

from app.core.config import Settings
from tests import gadgets
from tests.variants import client_with

ORIGIN = "https://shop.example"
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "PATCH"}
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture
async def client(settings: Settings, request: pytest.FixtureRequest) -> AsyncIterator[AsyncClient]:
    """A client of an app with CORS; a test may give other settings as a parameter."""
    changed = getattr(request, "param", {"cors_origins": (ORIGIN,)})
    async with client_with(settings, **changed) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/livez", 200),
        ("HEAD", "/livez", 200),
        ("GET", "/nowhere", 404),
        ("PUT", gadgets.URL, 405),
        ("POST", gadgets.URL, 413),
        ("GET", "/gadgets/one", 422),
        ("GET", "/gadgets/fail/now", 500),
    ],
)
async def test_every_response_can_be_read(
    client: AsyncClient, method: str, path: str, status: int
) -> None:
    content = b"x" * 2_000_000 if status == 413 else None
    answer = await client.request(method, path, headers={"Origin": ORIGIN}, content=content)
    assert answer.status_code == status
    assert answer.headers[ALLOWED] == ORIGIN
    assert answer.headers["Vary"] == "Origin"
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Link", "Location", "Retry-After", "X-Request-ID"} <= set(exposed)
    assert "Access-Control-Allow-Credentials" not in answer.headers
    if status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status


async def test_a_preflight_is_answered_and_logged(
    client: AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"Access-Control-Request-Headers": "content-type,if-match,x-request-id"}
    answer = await client.options(gadgets.URL, headers=PREFLIGHT | asked)
    assert (answer.status_code, answer.headers[ALLOWED]) == (200, ORIGIN)
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert "If-Match" in answer.headers["Access-Control-Allow-Headers"]
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["method"], line["path"], line["status"]) == ("OPTIONS", gadgets.URL, 200)
    assert line["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Origin": "https://other.example"}, "origin"),
        ({"Access-Control-Request-Method": "TRACE"}, "method"),
        ({"Access-Control-Request-Headers": "x-other"}, "headers"),
    ],
)
async def test_a_preflight_for_what_is_not_allowed_is_a_problem(
    client: AsyncClient, changed: dict[str, str], reason: str
) -> None:
    answer = await client.options(gadgets.URL, headers=PREFLIGHT | changed)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == f"Disallowed CORS {reason}"
    assert answer.json()["instance"] == gadgets.URL
    assert answer.headers["X-Request-ID"]


async def test_other_origins_are_not_allowed(client: AsyncClient) -> None:
    answer = await client.get("/livez", headers={"Origin": "https://other.example"})
    assert answer.status_code == 200
    assert ALLOWED not in answer.headers


@pytest.mark.parametrize("client", [{}], indirect=True)
async def test_no_origin_is_allowed_by_default(client: AsyncClient) -> None:
    answer = await client.get("/livez", headers={"Origin": ORIGIN})
    preflight = await client.options(gadgets.URL, headers=PREFLIGHT)
    assert not {ALLOWED, "Vary"} & answer.headers.keys()
    assert (preflight.status_code, preflight.headers.get(ALLOWED)) == (405, None)


@pytest.mark.parametrize("client", [{"cors_origins": ("*",)}], indirect=True)
async def test_all_origins_may_be_allowed(client: AsyncClient) -> None:
    answer = await client.get("/livez", headers={"Origin": ORIGIN})
    assert answer.headers[ALLOWED] == "*"


@pytest.mark.parametrize(
    "client", [{"cors_origins": (ORIGIN,), "cors_credentials": True}], indirect=True
)
async def test_credentials_may_be_allowed(client: AsyncClient) -> None:
    for answer in (
        await client.get("/livez", headers={"Origin": ORIGIN}),
        await client.options(gadgets.URL, headers=PREFLIGHT),
    ):
        assert answer.headers[ALLOWED] == ORIGIN
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
