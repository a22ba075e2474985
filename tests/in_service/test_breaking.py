"""What breaks a client of the API is named, and nothing else is."""

from copy import deepcopy
from typing import Any

import pytest

from tools.done.breaking import breaks

Document = dict[str, Any]
NAME = {"type": "string", "minLength": 1, "maxLength": 100}
DOCUMENT: Document = {
    "paths": {
        "/items/": {
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                    {"name": "sort", "in": "query", "schema": {"enum": ["id", "name"]}},
                ],
                "responses": {
                    "200": {
                        "headers": {"Link": {}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}},
                    },
                    "422": {},
                },
            },
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Create"}}},
                },
                "responses": {"201": {"description": ""}},
            },
        },
        "/items/{id}": {
            "delete": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"204": {}},
            }
        },
    },
    "components": {
        "schemas": {
            "Create": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": NAME,
                    "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "kind": {"type": "string", "enum": ["a", "b"]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Create"}},
                },
            },
            "Item": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "kind": {"enum": ["a"]}},
            },
        }
    },
}  # fmt: skip
ITEMS = ("paths", "/items/")
GET = (*ITEMS, "get")
POST = (*ITEMS, "post")
CREATE = ("components", "schemas", "Create")
ITEM = ("components", "schemas", "Item")
LIMIT = {"name": "limit", "in": "query"}
GONE = None


def changed(place: tuple[str | int, ...], value: Any) -> Document:
    """Return the document with another value at a place, or without it."""
    document = deepcopy(DOCUMENT)
    node: Any = document
    for key in place[:-1]:
        node = node[key]
    if value is GONE:
        del node[place[-1]]
    else:
        node[place[-1]] = value
    return document


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (POST, GONE, "POST /items/ is gone"),
        (("paths", "/items/{id}"), GONE, "DELETE /items/{} is gone"),
        ((*GET, "parameters", 0), GONE, "GET /items/: the query parameter 'limit' is gone"),
        (
            (*GET, "parameters", 0),
            LIMIT | {"schema": {"type": "integer", "maximum": 50}},
            "GET /items/: the query parameter 'limit' has to keep to maximum 50 now",
        ),
        (
            (*GET, "parameters", 0),
            LIMIT | {"schema": {"type": "string"}},
            "GET /items/: the query parameter 'limit' is string now, and was integer",
        ),
        (
            (*GET, "parameters", 0),
            LIMIT | {"required": True, "schema": {"type": "integer"}},
            "GET /items/: the query parameter 'limit' is required now",
        ),
        (
            (*GET, "parameters", 1, "schema"),
            {"enum": ["id"]},
            "GET /items/: the query parameter 'sort' no longer takes 'name'",
        ),
        ((*GET, "responses", "200", "headers", "Link"), GONE, "the answer has no header Link"),
        ((*POST, "responses"), {"202": {}}, "it no longer answers 201, but 202"),
        ((*POST, "requestBody", "content"), {"text/csv": {}}, "a body as application/json is no"),
        ((*CREATE, "required"), ["name", "note"], "the body.note is required now"),
        ((*CREATE, "properties", "note"), GONE, "the body.note is not known any more"),
        ((*CREATE, "properties", "note"), {"type": "string"}, "the body.note is string now"),
        ((*CREATE, "properties", "name", "minLength"), 2, "has to keep to minLength 2 now"),
        ((*CREATE, "properties", "name", "pattern"), "^a", "has to keep to pattern ^a now"),
        ((*CREATE, "properties", "kind", "enum"), ["a"], "the body.kind no longer takes 'b'"),
        ((*CREATE, "properties", "parts", "items"), NAME, "the body.parts[] is string now"),
        ((*ITEM, "required"), ["id"], "the answer.name may be missing now"),
        ((*ITEM, "properties", "id"), {"type": "string"}, "the answer.id is string now, and was"),
        ((*ITEM, "properties", "id"), {"type": ["integer", "null"]}, "the answer.id is integer or"),
    ],
)
def test_a_break_is_named(place: tuple[str | int, ...], value: Any, sentence: str) -> None:
    [named] = breaks(DOCUMENT, changed(place, value))
    assert sentence in named


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("paths", "/other/"), {"get": {"responses": {"200": {}}}}),
        ((*ITEMS, "put"), {"responses": {"200": {}}}),
        ((*GET, "parameters", 0, "schema", "maximum"), 200),
        ((*GET, "parameters", 0, "schema"), {"type": "number"}),
        ((*GET, "responses", "404"), {}),
        ((*GET, "responses", "422"), GONE),
        ((*POST, "requestBody", "required"), False),
        ((*CREATE, "properties", "size"), {"type": "integer"}),
        ((*CREATE, "required"), []),
        ((*CREATE, "additionalProperties"), True),
        ((*CREATE, "properties", "name", "maxLength"), 200),
        ((*CREATE, "properties", "name", "title"), "Name"),
        ((*CREATE, "properties", "kind", "enum"), ["a", "b", "c"]),
        ((*ITEM, "properties", "size"), {"type": "integer"}),
        ((*ITEM, "required"), ["id", "name", "kind"]),
        ((*ITEM, "properties", "kind", "enum"), ["a", "b"]),
    ],
)
def test_an_addition_is_no_break(place: tuple[str | int, ...], value: Any) -> None:
    assert list(breaks(DOCUMENT, changed(place, value))) == []


def test_another_name_of_a_path_parameter_is_no_break() -> None:
    document = deepcopy(DOCUMENT)
    paths = document["paths"]
    paths["/items/{item_id}"] = paths.pop("/items/{id}")
    paths["/items/{item_id}"]["delete"]["parameters"][0]["name"] = "item_id"
    assert list(breaks(DOCUMENT, document)) == []


def test_a_document_breaks_nothing_of_itself() -> None:
    assert list(breaks(DOCUMENT, deepcopy(DOCUMENT))) == []
