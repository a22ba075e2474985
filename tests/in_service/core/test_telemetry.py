"""The database is traced and measured without what clients sent."""

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import exc, text

from app.core.config import Settings
from app.db import telemetry
from app.db.engine import create_engine
from app.db.telemetry import Statements, describe, summarize
from app.db.time_limit import hide_values

SENT = "what a client sent"
URL = "postgresql://someone:secret@db.example:6432/shop"


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Where the spans of this test end; the provider of the process is set only once."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "tracer", provider.get_tracer("tests"))
    return exporter


async def spans_of(
    settings: Settings, exporter: InMemorySpanExporter, statement: str
) -> tuple[ReadableSpan, ...]:
    """Execute a statement, and return its spans."""
    engine = create_engine(settings)
    async with engine.connect() as connection:  # the first one asks for the server's version
        Statements(engine, URL)
        try:
            await connection.execute(text(statement), {"value": SENT})
        except exc.DBAPIError as error:
            hide_values(error)
            with telemetry.tracer.start_as_current_span("request") as request:
                request.record_exception(error)  # as RequestMiddleware does
    await engine.dispose()
    return exporter.get_finished_spans()


async def test_a_statement_is_a_span_without_its_values(
    settings: Settings, exporter: InMemorySpanExporter
) -> None:
    [span] = await spans_of(settings, exporter, "SELECT CAST(:value AS varchar)")
    assert span.name == "SELECT"
    assert span.kind is SpanKind.CLIENT
    assert span.status.status_code is StatusCode.UNSET
    assert span.attributes == {
        "db.system.name": "postgresql",
        "db.namespace": "shop",
        "server.address": "db.example",
        "server.port": 6432,
        "db.operation.name": "SELECT",
        "db.query.summary": "SELECT",
        "db.query.text": "SELECT CAST($1 AS varchar)",
    }


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELECT CAST(CAST(:value AS varchar) AS integer)", "22P02"),  # by the server
        ("SELECT CAST(:value AS integer)", "22000"),  # by asyncpg
    ],
)
async def test_a_statement_that_fails_names_the_kind_of_error_only(
    settings: Settings, exporter: InMemorySpanExporter, statement: str, error: str
) -> None:
    span, request = await spans_of(settings, exporter, statement)
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description is None
    assert span.attributes is not None
    assert span.attributes["error.type"] == error
    assert SENT not in span.to_json()
    assert SENT not in request.to_json()


def test_the_address_is_left_out_if_it_may_be_another() -> None:
    assert "server.address" not in describe("postgresql://first:1,second:2/shop")
    assert describe("postgresql://db.example/shop")["server.port"] == 5432


@pytest.mark.parametrize(
    ("statement", "summary"),
    [
        ("SELECT a.b FROM a \nJOIN c ON true WHERE x IN (SELECT y FROM a)", "SELECT a c"),
        ("INSERT INTO a (b) VALUES ($1) ON CONFLICT (b) DO UPDATE SET b = $1", "INSERT a"),
        ("UPDATE a SET b = $1", "UPDATE a"),
        ("DELETE FROM shop.a", "DELETE shop.a"),
        ("", ""),
    ],
)
def test_a_summary_has_the_operation_and_the_tables(statement: str, summary: str) -> None:
    assert summarize(statement, many=False)["db.query.summary"] == summary


def test_many_rows_in_one_call_are_a_batch() -> None:
    assert summarize("DELETE FROM a", many=True)["db.query.summary"] == "BATCH DELETE a"
