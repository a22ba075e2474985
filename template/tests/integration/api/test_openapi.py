"""The OpenAPI document says all that a client needs."""

from http import HTTPStatus
from typing import Any

import pytest
from httpx2 import AsyncClient

from app.core.config import Settings
from app.main import create_app

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
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


def test_every_operation_is_summed_up_and_described(document: dict[str, Any]) -> None:
    assert operations(document)
    for operation in operations(document):
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]


def test_every_operation_has_an_id_of_its_own(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(set(ids)) == len(ids)


def test_every_error_is_a_problem_with_an_example(document: dict[str, Any]) -> None:
    for operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= HTTPStatus.BAD_REQUEST:
                content = response["content"]["application/problem+json"]
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
                assert content["example"]["status"] == int(status)
                assert response["content"].keys() == {"application/problem+json"}


def test_every_model_of_a_row_has_an_example(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if name.endswith(("Create", "Update", "Read")):
            [example] = schema["examples"]
            assert example.keys() == schema["properties"].keys()


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
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
