"""Tokens for tests, and a provider that answers inside of them."""

import os
import time
from collections.abc import Collection
from typing import Any, Final

from fastapi import FastAPI
from httpx2 import ASGITransport
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.api.auth import SCOPES
from app.auth.tokens import Authenticator
from app.core.caller import Caller
from app.core.config import Settings

ISSUER: Final = "https://issuer.test"
AUDIENCE: Final = "service-of-tests"
LIFETIME: Final = 3600
ALL: Final = SCOPES  # grows while routes are imported
KEY: Final = ECKey.generate_key(parameters={"kid": "of-tests", "alg": "ES256", "use": "sig"})
CALLER: Final = Caller("alice", frozenset(ALL), {}, "alice")

# The environment overrides `.env`, so that no test can ask the provider named there.
os.environ.update(AUTH_ISSUER=ISSUER, AUTH_AUDIENCE=AUDIENCE)


async def describe(_request: Request) -> JSONResponse:
    return JSONResponse({"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"})


async def publish(_request: Request) -> JSONResponse:
    return JSONResponse({"keys": [KEY.as_dict(private=False)]})


PROVIDER: Final = Starlette(
    routes=[Route("/.well-known/openid-configuration", describe), Route("/keys", publish)]
)


def trusting(app: FastAPI, settings: Settings) -> FastAPI:
    """Return an app that trusts the provider of the tests."""
    app.state.authenticator = Authenticator(settings, ASGITransport(PROVIDER))
    return app


def token_for(subject: str = "alice", scopes: Collection[str] = ALL, **claims: Any) -> str:
    """Return a token; claims override others, and those that are None are left out."""
    now = int(time.time())
    whole = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "scope": " ".join(scopes),
        "iat": now,
        "exp": now + LIFETIME,
    } | claims
    sent = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode({"alg": "ES256", "kid": KEY.kid, "typ": "at+jwt"}, sent, KEY)


def headers(token: str | None = None) -> dict[str, str]:
    """Return the header of a request with a token, by default one with all scopes."""
    return {"Authorization": f"Bearer {token or token_for()}"}
