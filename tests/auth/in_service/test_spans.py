"""The span of a request names who asks."""

from httpx2 import AsyncClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.auth_in_service.forge import good


async def test_the_span_of_a_request_has_its_subject_and_no_token(stranger: AsyncClient) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    token = good(sub="bob")
    for sent in (token, f"{token}x"):
        await stranger.get("/secrets/one", headers={"Authorization": f"Bearer {sent}"})
    provider.shutdown()
    spans = exporter.get_finished_spans()
    subjects = [
        (span.attributes or {}).get("enduser.id")
        for span in spans
        if span.kind is trace.SpanKind.SERVER
    ]
    assert subjects == ["bob", None]
    assert token not in "".join(span.to_json() for span in spans)
