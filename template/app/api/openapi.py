"""What OpenAPI documents for operations: errors, headers, examples."""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.api.problem import MEDIA_TYPE, Problem
from app.api.reply import ETAG, LINK, LOCATION, RETRY_AFTER

Responses = dict[int | str, dict[str, Any]]

COMPONENT: Final = "#/components/schemas/{model}"
HEADERS: Final = {
    ETAG: "The version of the row, for If-Match and If-None-Match.",
    LOCATION: "The path of the new row.",
    LINK: 'The next page as rel="next", if there is one (RFC 8288).',
    RETRY_AFTER: "Seconds to wait before trying again.",
}
PROBLEMS: Final = {
    HTTPStatus.BAD_REQUEST: "The body cannot be read.",
    HTTPStatus.NOT_FOUND: "There is no row with this id.",
    HTTPStatus.CONFLICT: "Another row has the same value in a unique field.",
    HTTPStatus.PRECONDITION_FAILED: "If-Match does not name the current version.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body was not sent as JSON.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The request is not valid; 'errors' says where and why.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "An unexpected error occurred; the log has it.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database did not answer in time; Retry-After says when to retry.",
}


class DocumentedFastAPI(FastAPI):
    """A FastAPI app whose OpenAPI document includes the schema of problems."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        document = super().openapi()
        problem = Problem.model_json_schema(ref_template=COMPONENT)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas |= {**problem.pop("$defs"), Problem.__name__: problem}
        return document


def operation_id(route: APIRoute) -> str:
    """Name an operation after its function, so that generated clients have readable names."""
    return route.name


def success(status: HTTPStatus, *headers: str) -> Responses:
    """Document the headers of a success response."""
    return {status.value: document_headers(*headers)}


def document_headers(*headers: str) -> dict[str, Any]:
    """Document headers of a response."""
    documented = {
        header: {"description": HEADERS[header], "schema": {"type": "string"}} for header in headers
    }
    return {"headers": documented}


def problems(*statuses: HTTPStatus) -> Responses:
    """Document errors, each with an example."""
    return {status.value: document_problem(status, PROBLEMS[status]) for status in statuses}


def document_problem(status: HTTPStatus, detail: str) -> dict[str, Any]:
    """Document one error, with an example."""
    example = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": "/api/v1/…",
    }
    schema = {"$ref": COMPONENT.format(model=Problem.__name__)}
    return {
        "description": detail,
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }


UNAVAILABLE: Final = HTTPStatus.SERVICE_UNAVAILABLE
READINESS_RESPONSES: Final[Responses] = {
    UNAVAILABLE.value: document_problem(UNAVAILABLE, PROBLEMS[UNAVAILABLE])
    | document_headers(RETRY_AFTER)
}
COMMON: Final = (
    problems(HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.INTERNAL_SERVER_ERROR)
    | READINESS_RESPONSES
)
ONE_ROW: Final = COMMON | problems(HTTPStatus.NOT_FOUND)
WITH_BODY: Final = problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
NOT_MODIFIED: Final[Responses] = {
    HTTPStatus.NOT_MODIFIED.value: {"description": "If-None-Match names the current version."}
    | document_headers(ETAG)
}
CONFLICT: Final = problems(HTTPStatus.CONFLICT)
STILL_REFERENCED: Final[Responses] = {
    HTTPStatus.CONFLICT.value: document_problem(HTTPStatus.CONFLICT, "Other rows refer to it.")
}

LIST_RESPONSES: Final = success(HTTPStatus.OK, LINK) | COMMON
CHILDREN_RESPONSES: Final = LIST_RESPONSES | problems(HTTPStatus.NOT_FOUND)
CREATE_RESPONSES: Final = success(HTTPStatus.CREATED, LOCATION, ETAG) | COMMON | WITH_BODY
READ_RESPONSES: Final = success(HTTPStatus.OK, ETAG) | NOT_MODIFIED | ONE_ROW
DELETE_RESPONSES: Final = ONE_ROW | problems(HTTPStatus.PRECONDITION_FAILED)
UPDATE_RESPONSES: Final = success(HTTPStatus.OK, ETAG) | DELETE_RESPONSES | WITH_BODY
