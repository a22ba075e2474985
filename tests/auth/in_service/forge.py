"""Tokens that nobody may accept."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any, Final

from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.jws import JWSRegistry

from tests.tokens import AUDIENCE, ISSUER, KEY

NOW: Final = int(time.time())
GOOD: Final[dict[str, Any]] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "alice",
    "scope": "secrets:read",
    "iat": NOW,
    "exp": NOW + 3600,
}
HEADER: Final[dict[str, Any]] = {"alg": "ES256", "kid": KEY.kid, "typ": "at+jwt"}
EVIL: Final = ECKey.generate_key(parameters={"kid": "of-tests"})
RSA: Final = RSAKey.generate_key(2048, parameters={"kid": "rsa"})
OKP_ALGORITHMS: Final = ("EdDSA", "Ed25519")
Forge = Callable[[], str]


class Anything(JWSRegistry):
    """Signs whatever it is asked to."""

    def check_header(self, header: dict[str, Any]) -> None:
        """Check nothing."""

    def get_alg(self, name: str) -> Any:
        """Return any algorithm, without warnings."""
        return self.algorithms[name]


def encode(value: Any) -> str:
    """Return a part of a token."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(text).rstrip(b"=").decode()


def sign(header: Any, payload: Any, key: Key = KEY, alg: str = "ES256") -> str:
    """Return a token with a header and a payload of any form, and a signature that fits."""
    model = Anything().get_alg(alg)
    text = f"{encode(header)}.{encode(payload)}"
    return f"{text}.{encode(model.sign(text.encode(), key))}"


def claims(**changes: Any) -> Forge:
    """Return a token of the provider with other claims; None removes one."""
    changed = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return lambda: sign(HEADER, changed)


def header(**changes: Any) -> Forge:
    """Return a token of the provider with another header; None removes an entry."""
    changed = {name: value for name, value in (HEADER | changes).items() if value is not None}
    return lambda: sign(changed, GOOD)


def payload(text: bytes) -> Forge:
    """Return a token of the provider with this payload."""
    return lambda: sign(HEADER, text)


def evil(**changes: Any) -> Forge:
    """Return a token that somebody else has signed, with the id of the provider's key."""
    return lambda: sign(HEADER | changes, GOOD, EVIL)


def with_secret(secret: bytes) -> Forge:
    """Return a token with HS256 and a public key as the secret."""
    text = f"{encode(HEADER | {'alg': 'HS256'})}.{encode(GOOD)}"
    return lambda: f"{text}.{encode(hmac.digest(secret, text.encode(), 'sha256'))}"


def altered(change: Callable[[list[str]], list[str]]) -> Forge:
    """Return a good token with other parts."""
    return lambda: ".".join(change(good().split(".")))


def good(**changes: Any) -> str:
    """Return a token that is accepted."""
    return jws.serialize_compact(HEADER, json.dumps(GOOD | changes), KEY)


PUBLIC: Final = json.dumps(KEY.as_dict(private=False)).encode()
EMBEDDED: Final = EVIL.as_dict(private=False)
FORGED: Final[dict[str, Forge]] = {
    "no algorithm": lambda: f"{encode(HEADER | {'alg': 'none'})}.{encode(GOOD)}.",
    "no algorithm, in capitals": lambda: f"{encode(HEADER | {'alg': 'NONE'})}.{encode(GOOD)}.",
    "no algorithm, with a signature": header(alg="none"),
    "HS256 with the public key as PEM": with_secret(KEY.as_pem(private=False)),
    "HS256 with the public key as DER": with_secret(KEY.as_der(private=False)),
    "HS256 with the public key as JSON": with_secret(PUBLIC),
    "another issuer": claims(iss="https://evil.test"),
    "an issuer with a slash": claims(iss=f"{ISSUER}/"),
    "issuers": claims(iss=[ISSUER]),
    "no issuer": claims(iss=None),
    "another audience": claims(aud="another"),
    "other audiences": claims(aud=["another", f"{AUDIENCE}/"]),
    "audiences of another kind": claims(aud=[AUDIENCE, 1]),
    "an audience as an object": claims(aud={AUDIENCE: AUDIENCE}),
    "no audience": claims(aud=None),
    "an empty audience": claims(aud=""),
    "expired": claims(exp=NOW - 60),
    "expired long ago": claims(exp=-(10**30)),
    "no expiry": claims(exp=None),
    "an expiry in words": claims(exp="tomorrow"),
    "an expiry as a text": claims(exp=str(NOW + 60)),
    "an expiry that is true": claims(exp=True),
    "not yet valid": claims(nbf=NOW + 600),
    "from the future": claims(iat=NOW + 600),
    "no subject": claims(sub=None),
    "an empty subject": claims(sub=""),
    "a number as subject": claims(sub=1),
    "a long subject": claims(sub="x" * 256),
    "a subject with NUL": claims(sub="a\0b"),
    "a subject with half a letter": claims(sub="\ud800"),
    "an ID token of Cognito": claims(token_use="id"),
    "an ID token of Keycloak": claims(typ="ID"),
    "a refresh token of Keycloak": claims(typ="Refresh"),
    "an ID token": claims(at_hash="x"),
    "a logout token": claims(events={}),
    "a token bound to a key": claims(cnf={"jkt": "x"}),
    "a token bound to a certificate": claims(cnf={"x5t#S256": "x"}),
    "a logout token by its header": header(typ="logout+jwt"),
    "a proof of DPoP": header(typ="dpop+jwt"),
    "a type that is no text": header(typ=["at+jwt"]),
    "an unknown critical header": header(crit=["urgent"], urgent=True),
    "a critical header that is missing": header(crit=["urgent"]),
    "no critical header": header(crit=[]),
    "critical headers of another kind": header(crit=5),
    "critical objects": header(crit=[{}]),
    "a payload that is not encoded": header(crit=["b64"], b64=False),
    "an embedded key": evil(jwk=EMBEDDED),
    "an embedded key alone": evil(jwk=EMBEDDED, kid=""),
    "a set of keys elsewhere": evil(jku="https://evil.test/keys"),
    "a certificate elsewhere": evil(x5u="https://evil.test/certificate"),
    "an embedded certificate": evil(x5c=["AAAA"]),
    "another key": evil(),
    "a key id with a path": header(kid="../../../../etc/passwd"),
    "a key id with SQL": header(kid="x' UNION SELECT 'key'--"),
    "a key id with NUL": header(kid="of-tests\0"),
    "a key id that is a number": header(kid=1),
    "a key id that is an object": header(kid={"$ne": ""}),
    "a long key id": header(kid="x" * 5000),
    "an algorithm that is not allowed": lambda: sign(
        HEADER | {"alg": "RS512", "kid": "rsa"}, GOOD, RSA, "RS512"
    ),
    "an algorithm of another key": header(alg="RS256"),
    "an algorithm for another curve": header(alg="ES384"),
    "an algorithm that is an object": header(alg={}),
    "no algorithm named": header(alg=None),
    "a header that is a list": lambda: sign(["alg", "kid"], GOOD),
    "a header that is a text": lambda: sign("alg b64", GOOD),
    "a header that is nested": lambda: sign(b"[" * 3000, GOOD),
    "a header that is no JSON": lambda: sign(b"\xff", GOOD),
    "a payload that is nested": payload(b'{"a":' * 1000),
    "a payload that is nested in lists": payload(b"[" * 5000),
    "a payload that is a list": payload(b"[]"),
    "a payload that is a text": payload(b'"iss sub exp aud"'),
    "a payload with NaN": payload(json.dumps(GOOD | {"exp": float("nan")}).encode()),
    "a payload with Infinity": payload(json.dumps(GOOD | {"exp": float("inf")}).encode()),
    "a payload with a long number": payload(b'{"exp": ' + b"9" * 5000 + b"}"),
    "a payload that is no UTF-8": payload(b'{"sub": "\xff"}'),
    "a huge token": claims(more="x" * 9000),
    "no signature": altered(lambda parts: [*parts[:2], ""]),
    "a signature of nothing": altered(lambda parts: [*parts[:2], encode(bytes(64))]),
    "a short signature": altered(lambda parts: [*parts[:2], parts[2][:-4]]),
    "another payload": altered(lambda parts: [parts[0], encode(GOOD | {"sub": "eve"}), parts[2]]),
    "two parts": altered(lambda parts: parts[:2]),
    "four parts": altered(lambda parts: [*parts, "x"]),
    "five parts": altered(lambda parts: [*parts, "x", "x"]),
    "padding": altered(lambda parts: [*parts[:2], f"{parts[2]}=="]),
    "a space": altered(lambda parts: [f"{parts[0]} ", *parts[1:]]),
    "a letter beyond ASCII": altered(lambda parts: [*parts[:2], f"{parts[2]}é"]),
    "JSON": lambda: json.dumps({"payload": encode(GOOD), "signature": "x"}),
    "nothing": lambda: "",
    "dots": lambda: "..",
}
