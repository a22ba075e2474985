"""Who may use a route: `requires("products:write")`, or `public`."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import Depends, FastAPI, Security
from fastapi.openapi.models import OpenIdConnect
from fastapi.requests import HTTPConnection
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase
from opentelemetry import trace

from app.auth.errors import (
    CHALLENGE,
    INVALID,
    InsufficientScopeError,
    InvalidTokenError,
    UnauthenticatedError,
)
from app.auth.tokens import Authenticator
from app.core.caller import Caller
from app.core.config import Settings

AUTHORIZATION: Final = "authorization"
BEARER: Final = "bearer"
SCHEME: Final = "provider"
SPAN: Final = "app.span"  # of the request, from RequestMiddleware; a dependency has its own
SUBJECT: Final = "enduser.id"  # of OpenTelemetry's semantic conventions
PROBLEMS: Final = {
    HTTPStatus.UNAUTHORIZED: INVALID,
    HTTPStatus.FORBIDDEN: "The token lacks a scope.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The identity provider does not answer.",
}
CHALLENGES: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
SCOPES: Final[set[str]] = set()  # all that routes require


class BearerToken(SecurityBase):
    """A dependency that returns the caller, whose token must have the scopes of the route."""

    scheme_name = SCHEME
    model = OpenIdConnect(openIdConnectUrl="")  # document_security writes it

    async def __call__(self, connection: HTTPConnection, required: SecurityScopes) -> Caller:
        """Return the caller.

        Raises:
            UnauthenticatedError: There is no token.
            InvalidTokenError: The token is refused.
            InsufficientScopeError: The token lacks a scope.
            KeysUnavailableError: The provider's keys are not known yet.
        """
        authenticator: Authenticator = connection.app.state.authenticator
        caller = await authenticator.authenticate(token_of(connection))
        structlog.contextvars.bind_contextvars(subject=caller.subject)
        span: trace.Span = connection.scope.get(SPAN) or trace.get_current_span()
        span.set_attribute(SUBJECT, caller.subject)
        if not caller.scopes.issuperset(required.scopes):
            raise InsufficientScopeError(required.scopes)
        return caller


get_caller: Final = BearerToken()


def requires(*scopes: str) -> Any:
    """Return what makes a route require a token with these scopes; any valid one without them.

    Both `dependencies=[requires("products:read")]` and, in the signature, `caller:
    Annotated[Caller, requires("products:read")]` take it.
    """
    SCOPES.update(scopes)
    return Security(get_caller, scopes=scopes)


async def admit_anyone() -> None:
    """Check nothing."""


public: Final = Depends(admit_anyone)


def token_of(connection: HTTPConnection) -> str:
    """Return the token in the one header that may hold it (RFC 6750, 2.1)."""
    values = connection.headers.getlist(AUTHORIZATION)
    if len(values) > 1:
        structlog.contextvars.bind_contextvars(refused="several_headers")
        raise InvalidTokenError
    scheme, _, token = "".join(values).partition(" ")
    if scheme.lower() != BEARER:
        raise UnauthenticatedError
    return token.strip()


def install_auth(app: FastAPI, settings: Settings) -> None:
    """Make the app verify tokens, and let its /docs log in; it has all its routes by now.

    Raises:
        SettingsError: A setting about the provider is missing or not safe.
    """
    app.state.authenticator = Authenticator(settings)
    app.swagger_ui_init_oauth = {
        "clientId": settings.auth_client_id,
        "scopes": [f"{settings.auth_scope_prefix}{scope}" for scope in sorted(SCOPES)],
        "usePkceWithAuthorizationCodeGrant": True,
        "additionalQueryStringParams": {"audience": settings.auth_audience},  # Auth0 needs it
    }


def document_security(
    document: dict[str, Any], app: FastAPI, problem: Callable[[HTTPStatus, str], dict[str, Any]]
) -> None:
    """Write the provider and the errors into the operations that need a token."""
    errors = {str(status.value): problem(status, detail) for status, detail in PROBLEMS.items()}
    challenge = {"description": "What is wrong (RFC 6750, 3).", "schema": {"type": "string"}}
    for status in CHALLENGES:
        errors[str(status.value)]["headers"] = {CHALLENGE: challenge}
    for path in document["paths"].values():
        for operation in path.values():
            if any(SCHEME in each for each in operation.get("security", ())):
                operation["responses"] = errors | operation["responses"]
    schemes = document["components"].get("securitySchemes", {})
    if SCHEME in schemes:
        schemes[SCHEME]["openIdConnectUrl"] = app.state.authenticator.metadata_url
