"""Settings about the identity provider; docs/auth.md has those of well-known ones."""

import re
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode

from app.core.network import split

URL: Final = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


def check_url(url: str) -> str:
    """Accept an address that can be called."""
    if not URL.fullmatch(url) or not urlsplit(url).hostname:
        message = f"write {url!r} as the provider does, as in https://login.example/realms/shop"
        raise ValueError(message)
    return url


ProviderUrl = Annotated[str, AfterValidator(check_url)]
# Asymmetric only: with HS256 whoever knows the public key could sign.
Algorithm = Literal[
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
]
Algorithms = Annotated[tuple[Algorithm, ...], NoDecode, BeforeValidator(split), Field(min_length=1)]


class AuthSettings(BaseSettings):
    """Whose tokens the service accepts. A migration needs none of these settings."""

    auth_issuer: ProviderUrl | None = Field(
        default=None, description="The provider, as `iss` in its tokens names it; required."
    )
    auth_audience: str | None = Field(
        default=None, min_length=1, description="This service, as `aud` names it; required."
    )
    auth_algorithms: Algorithms = Field(
        default=("RS256", "ES256", "PS256", "EdDSA", "Ed25519"),
        description="Algorithms of signatures that are accepted.",
    )
    auth_leeway: int = Field(
        default=30, ge=0, le=300, description="Seconds that clocks may differ."
    )
    auth_jwks_url: ProviderUrl | None = Field(
        default=None, description="Where the provider's keys are; by default discovery finds them."
    )
    auth_scope_claim: str = Field(
        default="scope", min_length=1, description="The claim that lists the scopes."
    )
    auth_scope_prefix: str = Field(
        default="", description="What the provider writes before each scope of this service."
    )
    auth_audience_claim: str = Field(
        default="aud", min_length=1, description="The claim that names the audience."
    )
    auth_owner_claim: str = Field(
        default="sub", min_length=1, description="The claim that names the owner of rows."
    )
    auth_row_security: bool = Field(
        default=False, description="Whether PostgreSQL filters the rows of an owner as well."
    )
    auth_client_id: str | None = Field(
        default=None, description="The client at the provider with which /docs logs in."
    )
