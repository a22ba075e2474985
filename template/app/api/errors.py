"""Errors to HTTP: every error response is a problem document (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.api.body import name_limit
from app.api.problem import ProblemResponse
from app.api.reply import RETRY_AFTER
from app.api.routing import RETRIED, allowed_methods
from app.core.errors import InvalidValue, ServiceError

ERRORS_MAX: Final = 20
LOCATION_PART_MAX_LENGTH: Final = 100
BODY: Final = ("body",)
INVALID: Final = "The request is not valid; 'errors' says where and why."
NOT_JSON: Final = "Send the body as JSON, with the header 'Content-Type: application/json'."


def install_error_handlers(app: FastAPI) -> None:
    """Register the handler that returns a problem document for every error."""
    for error_class in (ServiceError, HTTPException, RequestValidationError):
        app.add_exception_handler(error_class, handle_error)


async def handle_error(request: Request, error: Exception) -> Response:
    """Return the response for an expected error; it never echoes the input."""
    path = request.scope.get(RETRIED, request.scope["path"])
    match error:
        case ServiceError():
            retry = {RETRY_AFTER: str(error.retry_after)} if error.retry_after else {}
            headers = {**error.headers, **retry}
            return ProblemResponse(error.status, error.detail, path, error.invalid, headers)
        case HTTPException(status_code=HTTPStatus.NOT_MODIFIED):
            return Response(status_code=error.status_code, headers=error.headers)
        case HTTPException(status_code=HTTPStatus.METHOD_NOT_ALLOWED):
            allow = {"Allow": allowed_methods(request.app, request.scope)}
            return ProblemResponse(error.status_code, error.detail, path, headers=allow)
        case HTTPException():
            detail = name_limit(error.detail, request.scope)
            return ProblemResponse(error.status_code, detail, path, headers=error.headers)
        case RequestValidationError() if is_not_json(request, error.errors()):
            return ProblemResponse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, NOT_JSON, path)
        case RequestValidationError():
            invalid = [explain(part) for part in error.errors()[:ERRORS_MAX]]
            return ProblemResponse(HTTPStatus.UNPROCESSABLE_ENTITY, INVALID, path, invalid)
        case _:
            raise error


def is_not_json(request: Request, errors: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the body is invalid because it was not sent as JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    declared = media_type == "application/json" or media_type.endswith("+json")
    return not declared and any(
        error["loc"] == BODY and isinstance(error["input"], bytes) for error in errors
    )


def explain(error: Mapping[str, Any]) -> InvalidValue:
    """Return the location of an invalid value and what is wrong with it, without the value."""
    location = tuple(str(part)[:LOCATION_PART_MAX_LENGTH] for part in error["loc"])
    return InvalidValue(location, error["msg"])
