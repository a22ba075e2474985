"""Pure ASGI middleware: request ids, the request log, HEAD, the limit of the body."""

import re
import time
from http import HTTPStatus
from typing import Final
from uuid import uuid4

import structlog
from opentelemetry import trace
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problem import ProblemResponse

REQUEST_ID: Final = b"x-request-id"
CONTENT_LENGTH: Final = b"content-length"
GET: Final = "GET"
HEAD: Final = "HEAD"
WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
MILLISECONDS: Final = 1000
FAILED: Final = "An unexpected error occurred; the log has it under the id in X-Request-ID."
TOO_LARGE: Final = "The body is larger than the {limit} bytes that this service accepts."

log = structlog.get_logger()


class RequestMiddleware:
    """Give each request an id, log it, and answer 500 for an unhandled exception."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        path = scope["path"]
        request_id = request_id_of(scope)
        status: int | None = None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (REQUEST_ID, request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            except Exception as error:
                log.exception("request_failed", method=scope["method"], path=path)
                trace.get_current_span().record_exception(error)
                if status is not None:
                    raise  # the response has begun: only closing the connection reports the error
                # Not raised again: uvicorn would close the connection.
                failed = ProblemResponse(HTTPStatus.INTERNAL_SERVER_ERROR, FAILED, path)
                await failed(scope, receive, send_with_id)
            finally:
                elapsed = (time.perf_counter() - started) * MILLISECONDS
                log.info(
                    "request",
                    method=scope["method"],
                    path=path,
                    status=status,
                    duration_ms=round(elapsed, 2),
                )


class HeadMiddleware:
    """Answer HEAD like GET, without the content (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != HEAD:
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if "body" in message else message)

        await self.app({**scope, "method": GET}, receive, send_head)


class BodyLimitMiddleware:
    """Reject a body over the limit, whether its size is declared or not.

    Starlette has one, but it responds in plain text and without a line in the request log.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit
        self.detail = TOO_LARGE.format(limit=limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(CONTENT_LENGTH, b"")
        if declared.isdigit() and int(declared) > self.limit:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            await ProblemResponse(status, self.detail, scope["path"])(scope, receive, send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self.detail)
            return message

        await self.app(scope, receive_within_limit, send)


def request_id_of(scope: Scope) -> str:
    """Return the id that the client sent if it is well-formed, otherwise a new one."""
    sent = dict(scope["headers"]).get(REQUEST_ID, b"")
    return sent.decode() if WELL_FORMED.fullmatch(sent) else uuid4().hex
