"""The OpenAPI document is complete."""

from http import HTTPStatus
from typing import Any

import pytest
from httpx2 import AsyncClient

from app.api.v1.router import PREFIX
from app.core.config import Settings
from app.main import create_app

METHODS = {"get", "post", "put", "patch", "delete"}
WITH_INPUT = {422}
WITH_BODY = {400, 413, 415}
ALWAYS = {500}
UNDOCUMENTED = (
    "{name} does not document {missing}: add it to its `responses`, as in responses=LIST_RESPONSES, or "
    "responses=COMMON | WITH_BODY; app/api/openapi.py has them."
)
NO_TEXT = "{name} has no {word}: write one sentence as the docstring of its function."
NO_SCHEMA = "{name} has no schema for its response: add one, as in response_model=ProductRead."


@pytest.fixture(scope="module")
def document(settings: Settings) -> dict[str, Any]:
    return create_app(settings).openapi()


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all operations."""
    return [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in METHODS
    ]


def test_every_operation_has_a_summary_and_a_description(document: dict[str, Any]) -> None:
    assert operations(document)
    for operation in operations(document):
        for word in ("summary", "description", "tags"):
            name = operation["operationId"]
            assert operation.get(word), NO_TEXT.format(name=name, word=word)


def test_every_operation_documents_its_errors(document: dict[str, Any]) -> None:
    paths = {path: part for path, part in document["paths"].items() if path.startswith(PREFIX)}
    for operation in operations({"paths": paths}):
        documented = {
            int(status)
            for status, response in operation["responses"].items()
            if "application/json"
            not in response.get("content", {})  # FastAPI's own 422 does not count
        }
        expected = ALWAYS | (WITH_BODY if "requestBody" in operation else set())
        expected |= WITH_INPUT if {"requestBody", "parameters"} & operation.keys() else set()
        missing = ", ".join(map(str, sorted(expected - documented)))
        assert not missing, UNDOCUMENTED.format(name=operation["operationId"], missing=missing)


def test_every_response_has_a_schema(document: dict[str, Any]) -> None:
    for operation in operations(document):
        for response in operation["responses"].values():
            schema = response.get("content", {}).get("application/json", {}).get("schema", {"": ""})
            free = schema.get("additionalProperties") is True and "properties" not in schema
            assert schema.keys() - {"title"}, NO_SCHEMA.format(name=operation["operationId"])
            assert not free, NO_SCHEMA.format(name=operation["operationId"])


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(set(ids)) == len(ids)


def test_every_error_is_a_problem_with_an_example(document: dict[str, Any]) -> None:
    for operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= HTTPStatus.BAD_REQUEST:
                content = response["content"].get("application/problem+json")
                assert content, UNDOCUMENTED.format(name=operation["operationId"], missing=status)
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
                assert content["example"]["status"] == int(status)
                assert response["content"].keys() == {"application/problem+json"}


def test_every_model_of_a_row_has_an_example(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if name.endswith(("Create", "Update", "Read")):
            [example] = schema["examples"]
            assert example.keys() == schema["properties"].keys()


def test_every_reference_resolves(document: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for value in node.values() for found in references(value)]
        if isinstance(node, list):
            return [found for value in node for found in references(value)]
        return []

    names = {reference.removeprefix("#/components/schemas/") for reference in references(document)}
    assert names <= document["components"]["schemas"].keys()
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_the_document_and_its_pages_are_served(client: AsyncClient) -> None:
    for path in ("/openapi.json", "/docs", "/redoc"):
        assert (await client.get(path)).status_code == HTTPStatus.OK
