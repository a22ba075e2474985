"""Structured logs: one JSON object per line, or a console format for development."""

import asyncio
import logging
import sys
from typing import Final

import structlog
from opentelemetry import trace
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

from app.core.config import Settings
from app.core.errors import ResponseCutError

TRACE_ID_FORMAT: Final = "032x"
SPAN_ID_FORMAT: Final = "016x"
# Without local variables: they may hold client data and passwords.
TRACEBACKS: Final = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))


def add_trace_ids(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the ids of the current OpenTelemetry span, if there is one."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format(context.trace_id, TRACE_ID_FORMAT)
        event["span_id"] = format(context.span_id, SPAN_ID_FORMAT)
    return event


def console_renderer() -> Processor:
    """Return the renderer for the console, also without local variables."""
    return structlog.dev.ConsoleRenderer(
        colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def is_news(record: logging.LogRecord) -> bool:
    """Return False for what ended a response early: the request log reports that."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, ResponseCutError | asyncio.CancelledError)


def configure_logging(settings: Settings) -> None:
    """Write the logs of the service and of all libraries to standard output in one format."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_trace_ids,
    ]
    render: list[Processor]
    if settings.log_format == "json":
        render = [TRACEBACKS, structlog.processors.JSONRenderer()]
    else:
        render = [console_renderer()]
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.PrintLoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    logging.getLogger("uvicorn.error").addFilter(is_news)
    logging.basicConfig(handlers=[handler], level=settings.log_level, force=True)
