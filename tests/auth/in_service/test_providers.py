"""Tokens with the claims of well-known providers are accepted with the settings of docs/auth.md.

The claims are those of their documentation; the providers themselves were not asked.
"""

from typing import Any, NamedTuple

import pytest
from httpx2 import ASGITransport

from app.auth.tokens import Authenticator
from app.core.caller import Caller
from app.core.config import Settings
from tests import tokens

ALL = {"products:read", "products:write"}
SUBJECT = "5f8b0c1e"


class Provider(NamedTuple):
    """Settings of a provider, and what its tokens hold."""

    settings: dict[str, str]
    claims: dict[str, Any]
    owner: str


KEYCLOAK = Provider(
    {"auth_issuer": "https://login.example/realms/main", "auth_audience": "shop"},
    {
        "aud": ["shop", "account"],
        "azp": "web",
        "scope": "openid products:read products:write profile",
        "typ": "Bearer",
    },
    SUBJECT,
)
AUTH0 = Provider(
    {
        "auth_issuer": "https://main.eu.auth0.com/",
        "auth_audience": "https://shop.example",
        "auth_scope_claim": "permissions",
    },
    {
        "aud": ["https://shop.example", "https://main.eu.auth0.com/userinfo"],
        "azp": "web",
        "permissions": ["products:read", "products:write"],
        "scope": "openid",
    },
    SUBJECT,
)
ENTRA = Provider(
    {
        "auth_issuer": "https://login.microsoftonline.com/0d2c/v2.0",
        "auth_audience": "91f1",
        "auth_scope_claim": "scp",
        "auth_owner_claim": "oid",
    },
    {
        "aud": "91f1",
        "oid": "77aa",
        "scope": None,
        "scp": "products:read products:write",
        "ver": "2.0",
    },
    "77aa",
)
COGNITO = Provider(
    {
        "auth_issuer": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a",
        "auth_audience": "4h57kf5",
        "auth_audience_claim": "client_id",
        "auth_scope_prefix": "shop/",
    },
    {
        "aud": None,
        "client_id": "4h57kf5",
        "scope": "openid shop/products:read shop/products:write products:delete",
        "token_use": "access",
    },
    SUBJECT,
)


async def caller_of(provider: Provider, settings: Settings) -> Caller:
    """Return who sends a token of a provider."""
    keys = {"auth_jwks_url": f"{tokens.ISSUER}/keys"}
    trusted = settings.model_copy(update=provider.settings | keys)
    authenticator = Authenticator(trusted, ASGITransport(tokens.PROVIDER))
    token = tokens.token_for(SUBJECT, iss=trusted.auth_issuer, **provider.claims)
    caller = await authenticator.authenticate(token)
    await authenticator.keys.close()
    return caller


@pytest.mark.parametrize("provider", [KEYCLOAK, AUTH0, ENTRA, COGNITO])
async def test_its_tokens_are_accepted(provider: Provider, settings: Settings) -> None:
    caller = await caller_of(provider, settings)
    assert (caller.subject, caller.owner) == (SUBJECT, provider.owner)
    assert caller.scopes >= ALL


async def test_a_scope_without_the_prefix_is_of_another_service(settings: Settings) -> None:
    assert (await caller_of(COGNITO, settings)).scopes == ALL
