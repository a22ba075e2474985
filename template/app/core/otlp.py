"""OpenTelemetry's SDK and its exporters; a collector that is down delays and floods nothing."""

import logging
import math
import os
import time
from collections.abc import Callable, Sequence
from functools import cache
from threading import Thread
from typing import Final

import structlog
from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from app.core.about import API_VERSION, NAME

FLUSH_SECONDS: Final = 2.0
LOG_SECONDS: Final = 60.0
PROTOCOL: Final = "http/protobuf"
NONE: Final = "none"
QUERY: Final = "url.query"

log = structlog.get_logger()


class LogLimit(logging.Filter):
    """Let one line per minute pass; an exporter logs each attempt that fails."""

    def __init__(self) -> None:
        super().__init__()
        self.silent_until = -math.inf

    def filter(self, _record: logging.LogRecord) -> bool:
        """Return whether to log."""
        now = time.monotonic()
        if now < self.silent_until:
            return False
        self.silent_until = now + LOG_SECONDS
        return True


class QueryRedaction(SpanProcessor):
    """Hides the query of a URL: clients filter by personal data."""

    def on_start(
        self,
        span: Span,
        parent_context: Context | None = None,  # noqa: ARG002 - the SDK passes it by name
    ) -> None:
        """Replace the query."""
        if QUERY in (span.attributes or {}):
            span.set_attribute(QUERY, "REDACTED")


LOG_LIMIT: Final = LogLimit()


@cache
def start(endpoint: str) -> Sequence[Callable[[], bool]]:
    """Export from now on, and return the functions that send what is left.

    Threads export from queues with a limit, so that no request waits for a collector.
    """
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") or PROTOCOL
    if protocol != PROTOCOL:
        log.warning("telemetry_is_off", reason=f"OTEL_EXPORTER_OTLP_PROTOCOL is not {PROTOCOL}")
        return []
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint  # the exporters do not read .env
    defaults = {"service.name": NAME, "service.version": API_VERSION}
    resource = Resource.create(defaults).merge(OTELResourceDetector().detect())
    flushes: list[Callable[[], bool]] = []
    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    if os.environ.get("OTEL_TRACES_EXPORTER") != NONE:
        spans = BatchSpanProcessor(OTLPSpanExporter())
        tracers.add_span_processor(QueryRedaction())
        tracers.add_span_processor(spans)
        flushes.append(spans.force_flush)
    readers: list[MetricReader] = []
    if os.environ.get("OTEL_METRICS_EXPORTER") != NONE:
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter()))
        flushes.append(readers[0].force_flush)
    for exporter in (OTLPSpanExporter, OTLPMetricExporter):
        logging.getLogger(exporter.__module__).addFilter(LOG_LIMIT)
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(MeterProvider(readers, resource, shutdown_on_exit=False))
    return flushes


def finish(flushes: Sequence[Callable[[], bool]]) -> None:
    """Send what is left, but give up after two seconds, whatever the timeouts of the exporters."""
    deadline = time.monotonic() + FLUSH_SECONDS
    threads = [Thread(target=flush, daemon=True) for flush in flushes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    LOG_LIMIT.silent_until = math.inf  # a thread that writes while Python ends can abort it
