"""A check that OpenAPI documents every response that a test receives."""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from httpx2 import Response

ResponseCheck = Callable[[Response], Awaitable[None]]
PARAMETER = re.compile(r"\{[^}]+\}")


def check_documented(document: dict[str, Any]) -> ResponseCheck:
    """Return a hook for a client that fails at a status that the operation does not document."""
    paths = [
        (re.compile(PARAMETER.sub("[^/]+", path.rstrip("/")) + "/?"), operations)
        for path, operations in document["paths"].items()
    ]

    async def check(response: Response) -> None:
        method, url = response.request.method, response.request.url.path
        for pattern, operations in paths:
            operation = operations.get(method.lower())
            if operation and pattern.fullmatch(url):
                status = HTTPStatus(response.status_code)
                assert str(status.value) in operation["responses"], (
                    f"{method} {url} answered {status.value} {status.phrase}, which it does not "
                    f"document: add it to the `responses` of {operation['operationId']}, as in "
                    f"responses=COMMON | problems(HTTPStatus.{status.name})."
                )
                return

    return check
