"""Who may use a route: tokens, scopes and public routes."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI
from httpx2 import ASGITransport, AsyncClient

from app.api.auth import get_caller, public, requires
from app.core.caller import Caller
from app.core.config import Settings
from app.main import create_app
from tests import tokens
from tests.variants import client_with
from tools.rules import scopes

SECRET_URL = "/secrets/one"
REFUSED = (
    'Bearer error="invalid_token", error_description="The token is not valid for this service."'
)
router = APIRouter(prefix="/secrets", tags=["secrets"])


@router.get("/one")
async def get_secret(caller: Annotated[Caller, requires("secrets:read")]) -> str:
    """Return who asks."""
    return caller.subject


@router.get("/any", dependencies=[requires()])
async def get_any() -> None:
    """Return nothing."""


@router.get("/open", dependencies=[public])
async def get_open() -> None:
    """Return nothing."""


@router.get("/forgotten")
async def get_forgotten() -> None:
    """Return nothing."""


@pytest.fixture(scope="module")
async def guarded(settings: Settings) -> AsyncIterator[FastAPI]:
    """An app with routes of each kind."""
    app = tokens.trusting(create_app(settings), settings)
    app.include_router(router)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def stranger(guarded: FastAPI) -> AsyncIterator[AsyncClient]:
    """A client without a token."""
    transport = ASGITransport(guarded)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_a_request_without_a_token_is_asked_for_one(stranger: AsyncClient) -> None:
    answer = await stranger.get(SECRET_URL)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1}, {"exp": None}, {"aud": "another"}, {"iss": "https://other.test"}, {"sub": "\0"}],
)
async def test_an_invalid_token_is_refused_without_a_reason(
    stranger: AsyncClient, claims: dict[str, Any]
) -> None:
    token = tokens.token_for(**claims)
    answer = await stranger.get(SECRET_URL, headers=tokens.headers(token))
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, REFUSED)
    assert answer.json()["detail"] == "The token is not valid for this service."


async def test_a_token_without_the_scope_is_refused_with_what_it_lacks(
    stranger: AsyncClient,
) -> None:
    token = tokens.token_for(scopes=["secrets:write"])
    answer = await stranger.get(SECRET_URL, headers=tokens.headers(token))
    challenge = 'Bearer error="insufficient_scope", scope="secrets:read"'
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (403, challenge)
    assert (await stranger.get("/secrets/any", headers=tokens.headers(token))).status_code == 200


@pytest.mark.parametrize("path", ["/secrets/open", "/livez", "/readyz", "/openapi.json"])
async def test_a_public_route_needs_no_token(stranger: AsyncClient, path: str) -> None:
    answer = await stranger.get(path, headers={"Authorization": "Bearer none"})
    assert answer.status_code == 200


async def test_the_log_has_the_subject_and_never_the_token(
    stranger: AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    good, expired = tokens.token_for("bob"), tokens.token_for("eve", exp=1)
    for token in (good, expired):
        await stranger.get(SECRET_URL, headers=tokens.headers(token))
    printed = capsys.readouterr().out
    first, second = map(json.loads, printed.splitlines())
    assert (first["subject"], second["refused"]) == ("bob", "expired_token exp")
    assert "subject" not in second
    assert good not in printed
    assert expired not in printed


def test_openapi_documents_the_provider_the_scopes_and_the_errors(guarded: FastAPI) -> None:
    document = guarded.openapi()
    operation = document["paths"][SECRET_URL]["get"]
    assert operation["security"] == [{"provider": ["secrets:read"]}]
    assert {"401", "403", "503"} <= operation["responses"].keys()
    assert "security" not in document["paths"]["/secrets/open"]["get"]
    scheme = document["components"]["securitySchemes"]["provider"]
    assert scheme["openIdConnectUrl"] == f"{tokens.ISSUER}/.well-known/openid-configuration"


def test_a_route_that_does_not_say_who_may_use_it_is_found(guarded: FastAPI) -> None:
    [finding] = scopes.check(guarded)
    assert (finding.path, finding.code) == ("tests/integration/api/test_auth.py", "SVC106")
    assert finding.message.startswith("get_forgotten names no scope")


async def test_pages_of_other_origins_can_read_what_is_wrong(settings: Settings) -> None:
    origin = "https://shop.example"
    async with client_with(settings, router, cors_origins=(origin,)) as client:
        answer = await client.get(SECRET_URL, headers={"Origin": origin})
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers["Access-Control-Expose-Headers"]


async def test_a_test_can_choose_the_caller(guarded: FastAPI, stranger: AsyncClient) -> None:
    guarded.dependency_overrides[get_caller] = lambda: tokens.CALLER
    answer = await stranger.get(SECRET_URL)
    del guarded.dependency_overrides[get_caller]
    assert (answer.status_code, answer.json()) == (200, "alice")
