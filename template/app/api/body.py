"""The limit of a request's body: the nearest `max_body_size` of its route, router, or the app."""

from http import HTTPStatus
from typing import Final

from fastapi.requests import HTTPConnection
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY
from starlette.types import Scope

TOO_LARGE_OF_STARLETTE: Final = "Content Too Large"
TOO_LARGE: Final = "The body is larger than the {limit} bytes that are accepted here."


def refuse_large_body(connection: HTTPConnection) -> None:
    """Raise the 413 for a declared size over the limit.

    Starlette lets an endpoint run that does not read the body, and then responds with 413.
    """
    declared = connection.headers.get("content-length", "")
    limit = connection.scope.get(MAX_BODY_SIZE_SCOPE_KEY)
    if limit is not None and declared.isdecimal() and int(declared) > limit:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE_OF_STARLETTE)


def name_limit(detail: str, scope: Scope) -> str:
    """Return the detail of an error; if it is Starlette's for a large body, with the limit."""
    if detail == TOO_LARGE_OF_STARLETTE and MAX_BODY_SIZE_SCOPE_KEY in scope:
        return TOO_LARGE.format(limit=scope[MAX_BODY_SIZE_SCOPE_KEY])
    return detail
