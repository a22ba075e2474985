"""The provider's keys: fetched at first need, kept, and fetched again when they change."""

import asyncio
import math
import time
import warnings
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import structlog
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry, Key, KeySet
from pydantic import BaseModel

from app.auth.errors import KeysUnavailableError
from app.auth.provider import is_loopback, is_safe, metadata_urls
from app.core.config import Settings

INTERVAL_SECONDS: Final = 10.0  # between two fetches because of unknown keys
RETRY_SECONDS: Final = 1.0  # until there are keys
MAX_AGE_SECONDS: Final = 3600.0
FETCH_SECONDS: Final = 5.0
MAX_BYTES: Final = 256 * 1024
SYMMETRIC: Final = "oct"

log = structlog.get_logger()


class ProviderError(Exception):
    """The provider answers something that cannot be used."""


class Metadata(BaseModel):
    """What a provider says about itself."""

    issuer: str
    jwks_uri: str


class JsonWebKeys(BaseModel):
    """The keys of a provider, as it publishes them (RFC 7517)."""

    keys: list[dict[str, Any]]


class ProviderKeys:
    """Keeps the keys of the provider; known ones go on working while it is down."""

    def __init__(
        self, settings: Settings, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self.settings = settings
        self.issuer = settings.auth_issuer or ""
        self.transport = transport
        self.client: httpx2.AsyncClient | None = None
        self.keys = KeySet([])
        self.ids: frozenset[str | None] = frozenset()
        self.next_fetch = self.fetched_at = -math.inf
        self.fetching: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Abort what is being fetched, and close the connections."""
        if self.fetching:
            self.fetching.cancel()
            await asyncio.wait([self.fetching])
        if self.client:
            await self.client.aclose()
            self.client = None

    async def with_id(self, key_id: str | None) -> KeySet:
        """Return the keys; they are fetched first if none has this id.

        Raises:
            KeysUnavailableError: There are none yet, and the provider does not answer.
        """
        now = time.monotonic()
        unknown = not self.ids if key_id is None else key_id not in self.ids
        old = now - self.fetched_at > MAX_AGE_SECONDS
        if (unknown or old) and not self.fetching and now >= self.next_fetch:
            self.fetching = asyncio.create_task(self.refresh())
        if unknown and self.fetching:
            await asyncio.wait([self.fetching])  # goes on if this request is cancelled
        if not self.keys:
            raise KeysUnavailableError
        return self.keys

    async def refresh(self) -> None:
        """Fetch the keys, or keep those that are known."""
        try:
            self.client = self.client or self.connect()
            async with asyncio.timeout(FETCH_SECONDS):
                self.keys = await self.fetch(self.client)
            self.ids = frozenset(key.kid for key in self.keys)
            self.fetched_at = time.monotonic()
        except (ProviderError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            log.warning("keys_not_fetched", reason=str(error) or type(error).__name__)
        finally:
            pause = INTERVAL_SECONDS if self.keys else RETRY_SECONDS
            self.next_fetch = time.monotonic() + pause
            self.fetching = None

    def connect(self) -> httpx2.AsyncClient:
        """Return a client, which takes some time to read all certificates."""
        plain = {"Accept-Encoding": "identity"}  # nothing grows when it is unpacked
        remote = not is_loopback(urlsplit(self.issuer).hostname or "")  # maybe behind a proxy
        return httpx2.AsyncClient(transport=self.transport, headers=plain, trust_env=remote)

    async def fetch(self, client: httpx2.AsyncClient) -> KeySet:
        """Return the keys that the provider publishes now."""
        url = self.settings.auth_jwks_url or await self.discover(client)
        published = JsonWebKeys.model_validate_json(await get(client, url))
        keys = [key for data in published.keys if (key := usable(data))]
        if not keys:
            message = f"{url} has no key that can be used"
            raise ProviderError(message)
        return KeySet(keys)

    async def discover(self, client: httpx2.AsyncClient) -> str:
        """Return where the keys are, which a provider says in one of two places."""
        first, second = metadata_urls(self.issuer)
        try:
            text = await get(client, first)
        except ProviderError:
            text = await get(client, second)
        found = Metadata.model_validate_json(text)
        if found.issuer != self.issuer or not is_safe(found.jwks_uri, self.settings):
            message = f"{self.issuer} names another issuer, or keys that are not at an https URL"
            raise ProviderError(message)
        return found.jwks_uri


async def get(client: httpx2.AsyncClient, url: str) -> bytes:
    """Return what is at an address, without following redirects."""
    content = b""
    async with client.stream("GET", url) as response:
        if response.status_code != HTTPStatus.OK:
            message = f"{url} answers {response.status_code}"
            raise ProviderError(message)
        async for part in response.aiter_raw():
            content += part
            if len(content) > MAX_BYTES:
                message = f"{url} answers more than {MAX_BYTES} bytes"
                raise ProviderError(message)
    return content


def usable(data: dict[str, Any]) -> Key | None:
    """Return a key for signatures, or None for any other, a weak one, or one that is malformed."""
    if data.get("kty") == SYMMETRIC or data.get("use", "sig") != "sig":
        return None
    try:
        with warnings.catch_warnings(action="error", category=SecurityWarning):
            return JWKRegistry.import_key(data)
    except (JoseError, SecurityWarning, LookupError, TypeError, ValueError):
        return None
