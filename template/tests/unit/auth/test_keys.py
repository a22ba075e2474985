"""The provider's keys are fetched once for all who wait, kept, and fetched again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import ASGITransport, ConnectError
from joserfc.jwk import ECKey, OctKey
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from app.auth import keys
from app.auth.errors import KeysUnavailableError
from app.auth.keys import ProviderKeys
from app.core.config import Settings
from tests.tokens import ISSUER, KEY


class Provider:
    """A provider whose answers a test chooses."""

    def __init__(self) -> None:
        self.keys: list[Any] = [KEY.as_dict(private=False)]
        self.metadata: dict[str, str] = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}
        self.places = {"/.well-known/openid-configuration", "/keys"}
        self.asked: list[str] = []
        self.up = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        self.asked.append(path)
        await asyncio.sleep(0)  # others may come in between
        if not self.up:
            message = "refused"
            raise ConnectError(message)
        document = {"keys": self.keys} if path == "/keys" else self.metadata
        await JSONResponse(document, 200 if path in self.places else 404)(scope, receive, send)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def known(settings: Settings, provider: Provider) -> AsyncIterator[ProviderKeys]:
    known = ProviderKeys(settings, ASGITransport(provider))
    yield known
    await known.close()


async def ids(known: ProviderKeys, key_id: str | None = "of-tests") -> list[str | None]:
    return [key.kid for key in await known.with_id(key_id)]


async def test_keys_are_fetched_once_for_all_who_wait(
    known: ProviderKeys, provider: Provider
) -> None:
    found = await asyncio.gather(*(ids(known) for _ in range(20)))
    assert found == [["of-tests"]] * 20
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"]


async def test_an_unknown_key_is_fetched_at_most_once_per_interval(
    known: ProviderKeys, provider: Provider
) -> None:
    await ids(known)
    for number in range(5):
        await ids(known, f"../{number}' OR 1=1")
    assert provider.asked.count("/keys") == 1


async def test_a_rotated_key_is_found(
    known: ProviderKeys, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "INTERVAL_SECONDS", 0.0)
    await ids(known)
    provider.keys.append(ECKey.generate_key(parameters={"kid": "new"}).as_dict(private=False))
    assert await ids(known, "new") == ["of-tests", "new"]


async def test_known_keys_go_on_working_while_the_provider_is_down(
    known: ProviderKeys, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "INTERVAL_SECONDS", 0.0)
    monkeypatch.setattr(keys, "MAX_AGE_SECONDS", -1.0)
    await ids(known)
    provider.up = False
    assert await ids(known) == await ids(known, "unknown") == ["of-tests"]


async def test_old_keys_are_fetched_again_in_the_background(
    known: ProviderKeys, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "INTERVAL_SECONDS", 0.0)
    await ids(known)
    monkeypatch.setattr(keys, "MAX_AGE_SECONDS", -1.0)
    await ids(known)
    assert known.fetching
    await asyncio.wait([known.fetching])
    assert provider.asked.count("/keys") == 2


async def test_a_provider_that_has_never_answered_is_unavailable_until_it_does(
    known: ProviderKeys, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "RETRY_SECONDS", 0.0)
    provider.up = False
    with pytest.raises(KeysUnavailableError):
        await ids(known)
    provider.up = True
    assert await ids(known, None) == ["of-tests"]


async def test_a_fetch_ends_with_the_app(settings: Settings) -> None:
    async def hang(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.Event().wait()

    known = ProviderKeys(settings, ASGITransport(hang))
    waiting = asyncio.create_task(known.with_id("any"))
    await asyncio.sleep(0)
    async with asyncio.timeout(keys.FETCH_SECONDS / 2):
        await known.close()
    with pytest.raises(KeysUnavailableError):
        await waiting


async def test_metadata_of_an_authorization_server_is_found_as_well(
    known: ProviderKeys, provider: Provider
) -> None:
    provider.places = {"/.well-known/oauth-authorization-server", "/keys"}
    assert await ids(known) == ["of-tests"]


async def test_keys_from_an_url_need_no_discovery(settings: Settings, provider: Provider) -> None:
    chosen = settings.model_copy(update={"auth_jwks_url": f"{ISSUER}/keys"})
    await ids(ProviderKeys(chosen, ASGITransport(provider)))
    assert provider.asked == ["/keys"]


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": {"issuer": "https://other.test", "jwks_uri": f"{ISSUER}/keys"}},
        {"metadata": {"issuer": ISSUER, "jwks_uri": "http://issuer.test/keys"}},
        {"metadata": {}},
        {"places": set()},
        {"keys": []},
        {"keys": ["no key"]},
        {"keys": [{"kty": "EC", "crv": "P-256", "x": "y" * keys.MAX_BYTES}]},
    ],
)
async def test_an_answer_that_cannot_be_trusted_gives_no_keys(
    known: ProviderKeys, provider: Provider, change: dict[str, Any]
) -> None:
    vars(provider).update(change)
    with pytest.raises(KeysUnavailableError):
        await ids(known)


@pytest.mark.parametrize(
    "data",
    [
        OctKey.generate_key(256).as_dict(private=True),
        KEY.as_dict(private=False, use="enc"),
        {"kty": "RSA", "n": "AQAB" * 30, "e": "AQAB"},
        {"kty": "EC", "crv": "P-0", "x": "AQ", "y": "AQ"},
        {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"},
        {"kty": ["EC"]},
        {"kty": "AKP"},
        {},
    ],
)
def test_a_key_that_is_not_for_signatures_weak_or_malformed_is_left_out(
    data: dict[str, Any],
) -> None:
    assert keys.usable(data) is None
