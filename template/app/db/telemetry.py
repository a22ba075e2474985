"""Spans and metrics of the database, by OpenTelemetry's conventions for PostgreSQL."""

import asyncio
import re
from collections.abc import Iterable
from functools import lru_cache, partial
from time import perf_counter
from typing import Any, Final, Literal, cast
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

from opentelemetry import metrics, trace
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.trace import ProxyTracerProvider, Span, SpanKind, StatusCode
from sqlalchemy import QueuePool, event
from sqlalchemy.engine import ExceptionContext, ExecutionContext
from sqlalchemy.ext.asyncio import AsyncEngine

POOL: Final = {"db.client.connection.pool.name": "main"}
STATE: Final = "db.client.connection.state"
DEFAULT_PORT: Final = 5432
TABLES: Final = re.compile(r'(?:\b(?:FROM|INTO|JOIN)|^UPDATE)\s+([\w."]+)', re.IGNORECASE)
BUCKETS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)

# Without providers these do nothing; they use the global ones as soon as there are some.
tracer = trace.get_tracer(__name__)
meter = metrics.get_meter(__name__)
seconds = partial(meter.create_histogram, unit="s", explicit_bucket_boundaries_advisory=BUCKETS)
duration = seconds("db.client.operation.duration")
wait_time = seconds("db.client.connection.wait_time")
waiting = meter.create_up_down_counter("db.client.connection.pending_requests", "{request}")

Attributes = dict[str, str | int]


def observe(engine: AsyncEngine, url: str) -> None:
    """Trace and measure the statements and connections of an engine if telemetry is on."""
    if isinstance(trace.get_tracer_provider(), ProxyTracerProvider):
        return
    Statements(engine, url)
    pool = cast("QueuePool", engine.pool)

    def count(_options: CallbackOptions) -> Iterable[Observation]:
        yield Observation(pool.checkedout(), POOL | {STATE: "used"})
        yield Observation(pool.checkedin(), POOL | {STATE: "idle"})

    create = partial(meter.create_observable_up_down_counter, unit="{connection}")
    create("db.client.connection.count", [count])
    create("db.client.connection.max", [lambda _: [Observation(pool.size(), POOL)]])


class Statements:
    """Traces and measures each statement of an engine; its text has no values."""

    def __init__(self, engine: AsyncEngine, url: str) -> None:
        self.database = describe(url)
        self.running = WeakKeyDictionary[ExecutionContext, tuple[Span, Attributes, float]]()
        event.listen(engine.sync_engine, "before_cursor_execute", self.start)
        event.listen(engine.sync_engine, "after_cursor_execute", self.succeed)
        event.listen(engine.sync_engine, "handle_error", self.fail)

    def start(self, *arguments: Any) -> None:
        """Start a span."""
        _connection, _cursor, statement, _parameters, context, many = arguments
        attributes = self.database | summarize(statement, many=many)
        details = attributes | {"db.query.text": statement}
        name = str(attributes["db.query.summary"])
        span = tracer.start_span(name, kind=SpanKind.CLIENT, attributes=details)
        self.running[context] = span, attributes, perf_counter()

    def succeed(self, *arguments: Any) -> None:
        """End the span."""
        self.end(arguments[4], {})

    def fail(self, error: ExceptionContext) -> None:
        """End the span with the kind of error; its message may have values."""
        sqlstate = getattr(error.original_exception, "sqlstate", None)
        failure = {"error.type": sqlstate or type(error.original_exception).__name__}
        if sqlstate:
            failure["db.response.status_code"] = sqlstate
        self.end(error.execution_context, failure)

    def end(self, context: ExecutionContext | None, failure: Attributes) -> None:
        """End the span, and measure."""
        if context is None or context not in self.running:
            return  # it failed before it was sent
        span, attributes, started = self.running.pop(context)
        duration.record(perf_counter() - started, attributes | failure)
        if failure:
            span.set_attributes(failure)
            span.set_status(StatusCode.ERROR)
        span.end()


class ConnectionQueue(asyncio.Semaphore):
    """A semaphore that measures how many requests wait for a connection, and how long."""

    async def acquire(self) -> Literal[True]:
        """Wait for a turn."""
        started = perf_counter()
        waiting.add(1, POOL)
        try:
            return await super().acquire()
        finally:
            waiting.add(-1, POOL)
            wait_time.record(perf_counter() - started, POOL)


def describe(url: str) -> Attributes:
    """Return the attributes of a database; of several hosts, the one in use is unknown."""
    parts = urlsplit(url)
    known: Attributes = {"db.namespace": unquote(parts.path.strip("/"))}
    if parts.hostname and "," not in parts.netloc:
        known |= {"server.address": parts.hostname, "server.port": parts.port or DEFAULT_PORT}
    return known | {"db.system.name": "postgresql"}


@lru_cache
def summarize(statement: str, *, many: bool) -> Attributes:
    """Return the operation of a statement, and its summary: the operation with its tables."""
    operation = "BATCH " * many + "".join(statement.split(maxsplit=1)[:1]).upper()
    summary = " ".join([operation, *dict.fromkeys(TABLES.findall(statement))])
    return {"db.operation.name": operation, "db.query.summary": summary}
