"""Traces and metrics over OTLP; OpenTelemetry's own variables say how and where to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.config import Settings


@asynccontextmanager
async def export_telemetry(settings: Settings) -> AsyncIterator[None]:
    """Export until the end of the block if there is an endpoint; what is left is sent then."""
    if settings.otel_exporter_otlp_endpoint is None:
        yield
        return
    from app.core import otlp  # noqa: PLC0415 - importing it takes as long as all of FastAPI

    flushes = otlp.start(settings.otel_exporter_otlp_endpoint)
    try:
        yield
    finally:
        await asyncio.to_thread(otlp.finish, flushes)
