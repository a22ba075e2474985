"""What a token must be to be accepted (RFC 7519, RFC 8725, RFC 9068)."""

import json
import re
from types import MappingProxyType
from typing import Any, Final

import httpx2
import structlog
from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from app.auth.errors import InvalidTokenError
from app.auth.keys import ProviderKeys
from app.auth.provider import check_provider, metadata_urls
from app.core.caller import Caller
from app.core.config import Settings

MAX_LENGTH: Final = 8192
MAX_VERIFIED: Final = 1000
NAME: Final = re.compile("[^\0\ud800-\udfff]{1,255}")  # what PostgreSQL can store
TYPES: Final = {"jwt", "at+jwt", "application/at+jwt"}
KINDS: Final = {"bearer", "access", "access_token", *TYPES}
ACCESS: Final = "access"
# Of tokens that are bound to a key of the client, of ID tokens and of logout tokens.
FOREIGN: Final = {"cnf", "at_hash", "c_hash", "events"}


class RefusedError(JoseError):
    """A token is refused for a reason that joserfc does not know."""

    def __init__(self, reason: str) -> None:
        self.error = reason
        super().__init__()


def refuse_if(condition: bool, reason: str) -> None:
    """Refuse a token if the condition holds."""
    if condition:
        raise RefusedError(reason)


class Registry(JWSRegistry):
    """The algorithms that are allowed."""

    max_header_length = MAX_LENGTH

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return an algorithm; joserfc's own method warns about EdDSA each time."""
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


class Authenticator:
    """Knows who sends a token."""

    def __init__(
        self, settings: Settings, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        check_provider(settings)
        self.settings = settings
        self.keys = ProviderKeys(settings, transport)
        self.metadata_url = metadata_urls(self.keys.issuer)[0]
        self.registry = Registry(algorithms=settings.auth_algorithms, strict_check_header=False)
        audience = settings.auth_audience or ""  # which check_provider refuses
        claims: dict[str, ClaimsOption] = {
            "iss": {"essential": True, "value": self.keys.issuer},
            "sub": {"essential": True},
            "exp": {"essential": True},
            settings.auth_audience_claim: {"essential": True, "value": audience},
        }
        # Verifying a signature costs as much as a small query; it holds for the same keys.
        self.verified: dict[str, tuple[str | None, KeySet, Caller]] = {}
        self.claims = JWTClaimsRegistry(None, settings.auth_leeway, **claims)

    async def authenticate(self, token: str) -> Caller:
        """Return who sends a token.

        Raises:
            InvalidTokenError: The token is refused; the log has the reason.
            KeysUnavailableError: The provider's keys are not known yet.
        """
        try:
            return await self.verify(token)
        except (JoseError, RecursionError, TypeError, ValueError) as error:
            reason = f"{getattr(error, 'error', 'malformed')} {getattr(error, 'claim', '')}"
            structlog.contextvars.bind_contextvars(refused=reason.strip())
            raise InvalidTokenError from error

    async def verify(self, token: str) -> Caller:
        """Return who sends a token, or raise one of several errors."""
        if known := self.verified.get(token):
            key_id, keys, caller = known
            if keys is await self.keys.with_id(key_id):
                self.claims.validate_exp(caller.claims["exp"])
                return caller
        refuse_if(len(token) > MAX_LENGTH, "too_long")
        signature = jws.extract_compact(token.encode(), registry=self.registry)
        self.check_header(signature.headers())
        key_id = signature.headers().get("kid")
        keys = await self.keys.with_id(key_id)
        if not jws.validate_compact(signature, keys, registry=self.registry):
            raise BadSignatureError
        claims = json.loads(signature.payload)
        refuse_if(not isinstance(claims, dict), "payload")
        self.claims.validate(claims)
        check_kind(claims)
        if len(self.verified) == MAX_VERIFIED:
            del self.verified[next(iter(self.verified))]
        self.verified[token] = (key_id, keys, self.caller(claims))
        return self.verified[token][2]

    def check_header(self, header: dict[str, Any]) -> None:
        """Refuse a header before any key is looked for; keys that it embeds are never used."""
        refuse_if("crit" in header, "critical_header")
        self.registry.check_header(header)
        self.registry.get_alg(header["alg"])
        refuse_if(header.get("typ", "jwt").lower() not in TYPES, "type")

    def caller(self, claims: dict[str, Any]) -> Caller:
        """Return the caller that claims describe."""
        subject, owner = claims["sub"], claims.get(self.settings.auth_owner_claim)
        refuse_if(not is_name(subject), "subject")
        scopes = scopes_in(claims.get(self.settings.auth_scope_claim))
        prefix = self.settings.auth_scope_prefix
        own = frozenset(each.removeprefix(prefix) for each in scopes if each.startswith(prefix))
        read_only = MappingProxyType(claims)  # later requests with the token share it
        return Caller(subject, own, read_only, owner if is_name(owner) else None)


def check_kind(claims: dict[str, Any]) -> None:
    """Refuse tokens that the provider has signed for another use."""
    kind = str(claims.get("typ", ACCESS)).lower()
    refuse_if(claims.get("token_use", ACCESS) != ACCESS or kind not in KINDS, "kind")
    refuse_if(not FOREIGN.isdisjoint(claims), "foreign_claim")


def scopes_in(value: object) -> frozenset[str]:
    """Return scopes, which providers write as a text with spaces or as a list."""
    words = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(word for word in words if isinstance(word, str))


def is_name(value: object) -> bool:
    """Return whether a value can be the name of a subject or an owner."""
    return isinstance(value, str) and NAME.fullmatch(value) is not None
