"""Every token that is forged or meant for something else is refused, and nobody learns why."""

import json
import time
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from tests.auth_in_service.conftest import Provider
from tests.auth_in_service.forge import (
    FORGED,
    GOOD,
    HEADER,
    OKP_ALGORITHMS,
    RSA,
    Forge,
    claims,
    good,
    header,
    sign,
)
from tests.tokens import KEY

URL = "/secrets/one"
CHALLENGE = (
    'Bearer error="invalid_token", error_description="The token is not valid for this service."'
)
BODY = {
    "type": "about:blank",
    "title": "Unauthorized",
    "status": 401,
    "detail": "The token is not valid for this service.",
    "instance": URL,
}


async def read(stranger: AsyncClient, token: str) -> Response:
    value = b"Bearer " + token.encode("latin-1")
    return await stranger.get(URL, headers={b"Authorization": value})


def assert_refused(answer: Response) -> None:
    """Check that a response is the same whatever was wrong."""
    shown = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    assert answer.status_code == 401
    assert answer.content == json.dumps(BODY).encode()
    assert shown == {
        "content-length": str(len(answer.content)),
        "content-type": "application/problem+json",
        "www-authenticate": CHALLENGE,
    }


@pytest.fixture(autouse=True)
def more_keys(provider: Provider) -> None:
    """Let the provider publish keys that must not be used beside those that may."""
    provider.keys += [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret"},
        RSA.as_dict(private=False),
    ]


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_token_is_refused(
    stranger: AsyncClient,
    provider: Provider,
    capsys: pytest.CaptureFixture[str],
    forge: Forge,
) -> None:
    token = forge()
    assert_refused(await read(stranger, token))
    [line] = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert (line["event"], line["status"], bool(line["refused"])) == ("request", 401, True)
    assert token not in json.dumps(line) or not token.strip(".")
    assert "evil" not in "".join(provider.asked)


@pytest.mark.parametrize(
    "forge",
    [
        good,
        claims(aud=["another", GOOD["aud"]]),
        lambda: good(exp=int(time.time()) - 5),
        lambda: good(nbf=int(time.time()) + 5),
        claims(sub="x" * 255),
        claims(scope=["secrets:read", 1]),
        claims(typ="Bearer", token_use="access"),
        header(typ=None),
        header(typ="JWT"),
        header(typ="application/AT+JWT"),
        header(unknown="ignored", jku="https://evil.test/keys"),
        lambda: sign(HEADER | {"alg": "RS256", "kid": "rsa"}, GOOD, RSA, "RS256"),
        lambda: sign(HEADER | {"alg": "PS256", "kid": "rsa"}, GOOD, RSA, "PS256"),
    ],
)
async def test_a_good_token_is_accepted(
    stranger: AsyncClient, provider: Provider, forge: Forge
) -> None:
    answer = await read(stranger, forge())
    assert (answer.status_code, answer.json()[:1] in "ax") == (200, True)
    assert "evil" not in "".join(provider.asked)


@pytest.mark.parametrize("alg", OKP_ALGORITHMS)
async def test_edwards_curves_are_accepted_under_both_names(
    stranger: AsyncClient, provider: Provider, alg: str
) -> None:
    key = OKPKey.generate_key("Ed25519", parameters={"kid": "okp"})
    provider.keys.append(key.as_dict(private=False))
    token = sign(HEADER | {"alg": alg, "kid": "okp"}, GOOD, key, alg)
    assert (await read(stranger, token)).status_code == 200


@pytest.mark.filterwarnings("ignore:Key size")
@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (lambda: RSAKey.generate_key(1024, parameters={"kid": "bad"}), "RS256"),
        (lambda: ECKey.generate_key("P-256", parameters={"kid": "bad", "use": "enc"}), "ES256"),
        (lambda: ECKey.generate_key("P-256", parameters={"kid": "bad", "alg": "ES384"}), "ES256"),
        (lambda: OctKey.generate_key(256, parameters={"kid": "bad"}), "HS256"),
        (lambda: OKPKey.generate_key("X25519", parameters={"kid": "bad"}), "EdDSA"),
    ],
    ids=["weak", "for encryption", "for another algorithm", "symmetric", "for exchange"],
)
async def test_a_key_that_is_not_fit_is_not_used(
    stranger: AsyncClient, provider: Provider, key: Any, alg: str
) -> None:
    made = key()
    provider.keys.append(made.as_dict(private=made.key_type == "oct"))
    signer = KEY if made.key_type == "OKP" else made
    token = sign(
        HEADER | {"alg": alg, "kid": "bad"}, GOOD, signer, "ES256" if signer is KEY else alg
    )
    assert_refused(await read(stranger, token))


@pytest.mark.parametrize("second", ["", "Basic YTpi", f"Bearer {good()}"])
async def test_two_headers_are_refused(stranger: AsyncClient, second: str) -> None:
    pair = [("Authorization", f"Bearer {good()}"), ("Authorization", second)]
    assert_refused(await stranger.get(URL, headers=pair))


@pytest.mark.parametrize("value", ["", "Basic YTpi", "bearer", "Token x", "Bearer"])
async def test_another_scheme_counts_as_no_token(stranger: AsyncClient, value: str) -> None:
    answer = await stranger.get(URL, headers={"Authorization": value})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] in {"Bearer", CHALLENGE}


async def test_a_token_in_the_query_or_the_body_counts_as_none(stranger: AsyncClient) -> None:
    for answer in (
        await stranger.get(URL, params={"access_token": good()}),
        await stranger.post(URL, data={"access_token": good()}),
    ):
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


async def test_a_websocket_is_refused_before_it_opens_and_learns_its_caller(
    guarded: FastAPI,
) -> None:
    answers = {token: await handshake(guarded, token) for token in ("forged", good())}
    refused, accepted = answers.values()
    assert (refused["type"], refused["status"]) == ("websocket.http.response.start", 401)
    assert accepted["type"] == "websocket.accept"


async def handshake(app: FastAPI, token: str) -> dict[str, Any]:
    """Return the first answer of an app to somebody who opens a websocket."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": "/secrets/socket",
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {token}".encode())],
        "extensions": {"websocket.http.response": {}},
        "app": app,
    }
    await app(scope, receive, send)
    first: dict[str, Any] = sent[0]
    return first
