"""Problem details for HTTP APIs (RFC 9457)."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import Response
from pydantic import BaseModel, Field

from app.core.errors import InvalidValue

MEDIA_TYPE: Final = "application/problem+json"
INSTANCE_MAX_LENGTH: Final = 200


class InvalidField(BaseModel):
    """One invalid value."""

    location: list[str] = Field(description="Its location, from body, query, path or header.")
    message: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """The body of every error response (RFC 9457, 3.1)."""

    type: str = Field(description="Always `about:blank`: the status is the type.")
    title: str = Field(description="The name of the status.")
    status: int = Field(description="The HTTP status code.")
    detail: str = Field(description="A human-readable explanation.")
    instance: str = Field(description="The requested path, or its beginning.")
    errors: list[InvalidField] = Field(
        default=[], description="The values that are not valid, if any."
    )


class ProblemResponse(Response):
    """A response with a problem document as its body."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        status: int,
        detail: str,
        instance: str,
        invalid: Sequence[InvalidValue] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": int(status),
            "detail": detail,
            "instance": quote(instance[:INSTANCE_MAX_LENGTH], errors="replace"),
        }
        if invalid:
            document["errors"] = [value._asdict() for value in invalid]
        # The standard encoder writes ASCII, so even a lone surrogate becomes an escape.
        super().__init__(json.dumps(document), int(status), headers)
