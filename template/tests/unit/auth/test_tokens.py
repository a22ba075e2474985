"""A token is verified once; then only its expiry and the keys count."""

import time
from typing import Any

import pytest
from httpx2 import ASGITransport

from app.auth import keys, tokens
from app.auth.errors import InvalidTokenError
from app.auth.tokens import Authenticator
from app.core.config import Settings
from tests.tokens import KEY, PROVIDER, token_for


@pytest.fixture
def authenticator(settings: Settings) -> Authenticator:
    return Authenticator(settings, ASGITransport(PROVIDER))


async def test_a_token_is_verified_once(authenticator: Authenticator) -> None:
    token = token_for("bob", ["a", "b"], tenant="acme")
    caller = await authenticator.authenticate(token)
    assert (caller.subject, caller.owner, caller.claims["tenant"]) == ("bob", "bob", "acme")
    assert caller.scopes == {"a", "b"}
    assert await authenticator.authenticate(token) is caller


async def test_a_verified_token_expires(
    authenticator: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, later = token_for(), time.time() + 3631
    await authenticator.authenticate(token)
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(InvalidTokenError):
        await authenticator.authenticate(token)


async def test_a_verified_token_is_refused_once_its_key_is_withdrawn(
    authenticator: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_for()
    await authenticator.authenticate(token)
    monkeypatch.setattr(keys, "INTERVAL_SECONDS", 0.0)
    monkeypatch.setitem(KEY.dict_value, "kid", "another")
    await authenticator.keys.refresh()
    with pytest.raises(InvalidTokenError):
        await authenticator.authenticate(token)


async def test_a_limited_number_of_tokens_is_remembered(
    authenticator: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MAX_VERIFIED", 2)
    sent = [token_for(str(number)) for number in range(3)]
    for token in sent:
        await authenticator.authenticate(token)
    assert list(authenticator.verified) == sent[1:]


@pytest.mark.parametrize(
    ("changes", "claims", "expected"),
    [
        ({"auth_scope_claim": "scp"}, {"scp": ["a", 1, "b"]}, {"a", "b"}),
        ({"auth_scope_claim": "scp"}, {"scp": 1}, set()),
        ({"auth_scope_prefix": "shop/"}, {"scope": "shop/a b"}, {"a"}),
    ],
)
async def test_scopes_are_read_as_providers_write_them(
    settings: Settings, changes: dict[str, Any], claims: dict[str, Any], expected: set[str]
) -> None:
    changed = settings.model_copy(update=changes)
    authenticator = Authenticator(changed, ASGITransport(PROVIDER))
    assert (await authenticator.authenticate(token_for(**claims))).scopes == expected


@pytest.mark.parametrize(
    ("tenant", "owner"), [("acme", "acme"), (None, None), ("", None), (1, None)]
)
async def test_rows_belong_to_the_claim_that_a_setting_names(
    settings: Settings, tenant: object, owner: str | None
) -> None:
    changed = settings.model_copy(update={"auth_owner_claim": "tenant"})
    authenticator = Authenticator(changed, ASGITransport(PROVIDER))
    caller = await authenticator.authenticate(token_for(tenant=tenant))
    assert (caller.subject, caller.owner) == ("alice", owner)
