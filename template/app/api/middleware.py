"""Pure ASGI middleware: request ids, the request log, HEAD, errors in plain text, CORS."""

import re
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Final
from uuid import uuid4

import structlog
from opentelemetry import trace
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.body import name_limit
from app.api.problem import ProblemResponse
from app.api.reply import ETAG, LINK, LOCATION, RETRY_AFTER
from app.core.config import Settings
from app.core.errors import ResponseCutError, ServiceError

REQUEST_ID: Final = b"x-request-id"
BODY: Final = "http.response.body"
DISCONNECT: Final = "http.disconnect"
LEFT: Final = "disconnected"
GET: Final = "GET"
HEAD: Final = "HEAD"
WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
MILLISECONDS: Final = 1000
FAILED: Final = "An unexpected error occurred; the log has it under the id in X-Request-ID."
ERRORS: Final = frozenset(status for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST)
CORS_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
CORS_REQUEST_HEADERS: Final = (
    *("Authorization", "Content-Type", "If-Match", "If-None-Match"),
    *("X-Request-ID", "traceparent", "tracestate"),
)
CORS_RESPONSE_HEADERS: Final = (ETAG, LINK, LOCATION, RETRY_AFTER, "X-Request-ID")

Wrap = Callable[[ASGIApp], ASGIApp]

log = structlog.get_logger()


class RequestMiddleware:
    """Give each request an id, log it, and answer 500 for an unhandled exception."""

    def __init__(self, app: ASGIApp, with_cors: Wrap) -> None:
        self.app = app
        self.with_cors = with_cors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        path = scope["path"]
        request_id = request_id_of(scope)
        status: int | None = None
        complete = left = False
        reason = LEFT

        async def receive_until_left() -> Message:
            nonlocal left
            message = await receive()
            left = message["type"] == DISCONNECT
            return message

        async def send_with_id(message: Message) -> None:
            nonlocal status, complete
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (REQUEST_ID, request_id.encode())]
            await send(message)
            complete = message["type"] == BODY and not message.get("more_body", False)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive_until_left, send_with_id)
            except Exception as error:
                trace.get_current_span().record_exception(error)
                reason = LEFT if left else type(error.__cause__ or error).__name__
                expected = (left and not complete) or isinstance(error.__cause__, ServiceError)
                if status is None or not expected:
                    log.exception("request_failed", method=scope["method"], path=path)
                if status is None:
                    # Not raised again: uvicorn would close the connection.
                    failed = ProblemResponse(HTTPStatus.INTERNAL_SERVER_ERROR, FAILED, path)
                    await self.with_cors(failed)(scope, receive, send_with_id)
                elif not complete:
                    raise ResponseCutError from error  # closes the connection
            finally:
                elapsed = (time.perf_counter() - started) * MILLISECONDS
                log.info(
                    "request",
                    method=scope["method"],
                    path=path,
                    status=status,
                    duration_ms=round(elapsed, 2),
                    **({} if complete else {"cut": reason}),
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


class PlainErrorMiddleware:
    """Turn an error that a library answers in plain text into a problem document (RFC 9457)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        start: Message | None = None

        async def send_problem(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and is_plain_error(message):
                start = message
            elif start is None:
                await send(message)
            elif message.get("more_body", False):  # streamed by an endpoint
                await send(start)
                start = None
                await send(message)
            else:
                headers = MutableHeaders(scope=start)
                del headers["content-type"], headers["content-length"]
                detail = name_limit(message["body"].decode(errors="replace"), scope)
                problem = ProblemResponse(start["status"], detail, path, headers=headers)
                await problem(scope, receive, send)

        await self.app(scope, receive, send_problem)


def request_id_of(scope: Scope) -> str:
    """Return the id that the client sent if it is well-formed, otherwise a new one."""
    sent = dict(scope["headers"]).get(REQUEST_ID, b"")
    return sent.decode() if WELL_FORMED.fullmatch(sent) else uuid4().hex


def is_plain_error(start: Message) -> bool:
    """Return whether a response is an error in plain text."""
    if start["status"] not in ERRORS:
        return False
    return Headers(scope=start).get("content-type", "").startswith("text/plain")


def cors(settings: Settings) -> Wrap:
    """Return what adds CORS to an app: nothing unless there is an allowed origin."""
    if not settings.cors_origins:
        return lambda app: app
    return partial(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_credentials=settings.cors_credentials,
        allow_methods=CORS_METHODS,
        allow_headers=CORS_REQUEST_HEADERS,
        expose_headers=CORS_RESPONSE_HEADERS,
    )
