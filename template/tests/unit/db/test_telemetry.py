"""The database is traced without what clients sent."""

from contextlib import suppress

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from sqlalchemy import exc, text

from app.core.config import Settings
from app.db import telemetry
from app.db.engine import create_engine

URL = "postgresql://someone:secret@db.example/shop"
SENT = "what a client sent"


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("varchar", {}),
        ("integer", {"error.type": "22P02", "db.response.status_code": "22P02"}),
    ],
)
async def test_a_statement_is_a_span_without_its_values(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, kind: str, failure: dict[str, str]
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "tracer", provider.get_tracer("tests"))
    statement = f"SELECT CAST(CAST(:value AS varchar) AS {kind})"
    engine = create_engine(settings)
    async with engine.connect() as connection:
        telemetry.Statements(engine, URL)
        with suppress(exc.DBAPIError):
            await connection.execute(text(statement), {"value": SENT})
    await engine.dispose()
    [span] = exporter.get_finished_spans()
    assert span.name == "SELECT"
    assert span.status.status_code is (StatusCode.ERROR if failure else StatusCode.UNSET)
    assert span.attributes == failure | {
        "db.system.name": "postgresql",
        "db.namespace": "shop",
        "server.address": "db.example",
        "server.port": 5432,
        "db.operation.name": "SELECT",
        "db.query.summary": "SELECT",
        "db.query.text": statement.replace(":value", "$1"),
    }
    assert SENT not in span.to_json()


@pytest.mark.parametrize(
    ("statement", "many", "summary"),
    [
        ("SELECT a.b FROM a JOIN c ON true WHERE x IN (SELECT y FROM a)", False, "SELECT a c"),
        ("UPDATE a SET b = $1", True, "BATCH UPDATE a"),
    ],
)
def test_a_summary_has_the_operation_and_the_tables(
    statement: str, many: bool, summary: str
) -> None:
    assert telemetry.summarize(statement, many=many)["db.query.summary"] == summary


def test_the_address_is_left_out_if_it_may_be_another() -> None:
    assert "server.address" not in telemetry.describe("postgresql://first:1,second:2/shop")
