"""The provider is down, hangs, answers too much, or changes its keys, while requests run."""

import asyncio
import json
from typing import Any

import pytest
from httpx2 import AsyncClient
from joserfc.jwk import ECKey

from app.auth import keys
from tests.auth_in_service.conftest import Provider
from tests.auth_in_service.forge import FORGED, GOOD, HEADER, good, sign

URL = "/secrets/one"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing wait for an interval."""
    for name in ("INTERVAL_SECONDS", "RETRY_SECONDS"):
        monkeypatch.setattr(keys, name, 0.0)


async def status(stranger: AsyncClient, token: str | None = None) -> int:
    headers = {"Authorization": f"Bearer {token or good()}"}
    return (await stranger.get(URL, headers=headers)).status_code


def rotated(provider: Provider, key_id: str) -> str:
    """Let the provider sign with a new key only, and return a token of it."""
    key = ECKey.generate_key(parameters={"kid": key_id})
    provider.keys = [key.as_dict(private=False)]
    return sign(HEADER | {"kid": key_id}, GOOD, key)


@pytest.mark.parametrize("fault", ["down", "redirect", "large", "nested"])
async def test_without_any_keys_only_public_routes_work(
    stranger: AsyncClient, provider: Provider, fault: str
) -> None:
    provider.fault = fault
    answer = await stranger.get(URL, headers={"Authorization": f"Bearer {good()}"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (await stranger.get(URL)).status_code == 401
    for path in ("/livez", "/readyz"):
        assert (await stranger.get(path)).status_code == 200
    assert "evil" not in "".join(provider.asked)
    provider.fault = ""
    assert await status(stranger) == 200


@pytest.mark.parametrize("fault", ["down", "redirect", "large", "nested"])
async def test_with_known_keys_only_unknown_ones_are_refused(
    stranger: AsyncClient, provider: Provider, fault: str
) -> None:
    assert await status(stranger) == 200
    provider.fault = fault
    assert await status(stranger, sign(HEADER | {"kid": "new"}, GOOD)) == 401
    assert await status(stranger) == 200


async def test_a_provider_that_hangs_delays_only_unknown_keys_and_not_for_long(
    stranger: AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await status(stranger) == 200

    async def hang(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(keys, "FETCH_SECONDS", 0.05)
    monkeypatch.setattr(Provider, "__call__", hang)
    unknown = [status(stranger, sign(HEADER | {"kid": str(n)}, GOOD)) for n in range(5)]
    waiting = asyncio.gather(*unknown)
    assert await asyncio.gather(*(status(stranger) for _ in range(20))) == [200] * 20
    assert not waiting.done()
    assert await waiting == [401] * 5
    monkeypatch.undo()
    assert await status(stranger, rotated(provider, "after")) == 200


async def test_keys_that_rotate_while_requests_run_are_fetched_once(
    stranger: AsyncClient, provider: Provider
) -> None:
    assert await asyncio.gather(*(status(stranger) for _ in range(50))) == [200] * 50
    assert provider.fetches == 1
    for number in (2, 3):
        token = rotated(provider, f"key-{number}")
        found = await asyncio.gather(*(status(stranger, token) for _ in range(50)))
        assert (found, provider.fetches) == ([200] * 50, number)
    assert await status(stranger) == 401  # the first key is withdrawn


async def test_unknown_keys_do_not_make_the_service_an_amplifier(
    stranger: AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "INTERVAL_SECONDS", 10.0)
    assert await status(stranger) == 200
    for number in range(20):
        assert await status(stranger, sign(HEADER | {"kid": str(number)}, GOOD)) == 401
    assert provider.fetches == 1


@pytest.mark.parametrize("name", ["no algorithm", "a type that is no text", "a huge token"])
async def test_what_no_key_can_make_valid_fetches_nothing(
    stranger: AsyncClient, provider: Provider, name: str
) -> None:
    assert await status(stranger, FORGED[name]()) == 401
    assert provider.asked == []


async def test_who_leaves_does_not_abort_the_fetch_for_the_others(
    stranger: AsyncClient, provider: Provider
) -> None:
    first = asyncio.create_task(status(stranger))
    others = [asyncio.create_task(status(stranger)) for _ in range(5)]
    await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == [200] * 5
    assert provider.fetches == 1


async def test_a_failed_fetch_has_one_line_in_the_log(
    stranger: AsyncClient, provider: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.fault = "down"
    await asyncio.gather(*(status(stranger) for _ in range(10)))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [failed] = [line for line in lines if line["event"] == "keys_not_fetched"]
    assert failed["reason"] == "connection refused"
    assert len(lines) == 11
