"""Errors about tokens, as RFC 6750 wants them."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from app.core.errors import ServiceError

CHALLENGE: Final = "WWW-Authenticate"
INVALID: Final = "The token is not valid for this service."


class UnauthenticatedError(ServiceError):
    """The request has no token (RFC 6750, 3.1)."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self) -> None:
        self.headers = {CHALLENGE: "Bearer"}
        super().__init__("Send a token, as in 'Authorization: Bearer <token>'.")


class InvalidTokenError(ServiceError):
    """The token is refused; the client does not learn why."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self) -> None:
        self.headers = {CHALLENGE: f'Bearer error="invalid_token", error_description="{INVALID}"'}
        super().__init__(INVALID)


class InsufficientScopeError(ServiceError):
    """The token is valid, but lacks a scope."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, scopes: Iterable[str]) -> None:
        wanted = " ".join(scopes)
        super().__init__(f"The token lacks a scope; this needs: {wanted}.")
        self.headers = {CHALLENGE: f'Bearer error="insufficient_scope", scope="{wanted}"'}


class KeysUnavailableError(ServiceError):
    """The provider's keys have never been fetched, so no token can be verified."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("The identity provider does not answer; try again shortly.")
