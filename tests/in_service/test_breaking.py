"""What breaks a client of the API is reported, and nothing else is."""

from copy import deepcopy
from typing import Any

import pytest

from tools.done.openapi import breaking_changes

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
REMOVED = None
SIDE = "#/components/schemas/Side"
CASE = "#/components/schemas/Case"


def changed(place: tuple[str | int, ...], value: Any) -> Document:
    """Return the document with another value at a place, or without it."""
    document = deepcopy(DOCUMENT)
    node: Any = document
    for key in place[:-1]:
        node = node[key]
    if value is REMOVED:
        del node[place[-1]]
    else:
        node[place[-1]] = value
    return document


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (POST, REMOVED, "POST /items/: was removed"),
        (("paths", "/items/{id}"), REMOVED, "DELETE /items/{}: was removed"),
        ((*GET, "parameters", 0), REMOVED, "GET /items/: query parameter 'limit' was removed"),
        (
            (*GET, "parameters", 0),
            LIMIT | {"schema": {"type": "integer", "maximum": 50}},
            "GET /items/: query parameter 'limit' now requires maximum 50",
        ),
        (
            (*GET, "parameters", 0),
            LIMIT | {"schema": {"type": "string"}},
            "GET /items/: query parameter 'limit' is now string, was integer",
        ),
        (
            (*GET, "parameters", 0),
            LIMIT | {"required": True, "schema": {"type": "integer"}},
            "GET /items/: query parameter 'limit' is now required",
        ),
        (
            (*GET, "parameters", 1, "schema"),
            {"enum": ["id"]},
            "GET /items/: query parameter 'sort' no longer accepts name",
        ),
        (
            (*GET, "responses", "200", "headers", "Link"),
            REMOVED,
            "GET /items/: answer 200.header Link was removed",
        ),
        ((*POST, "responses"), {"202": {}}, "POST /items/: answer 201 was removed"),
        ((*POST, "requestBody", "content"), {"text/csv": {}}, "POST /items/: body was removed"),
        ((*CREATE, "required"), ["name", "note"], "body.note is now required"),
        ((*CREATE, "properties", "note"), REMOVED, "body.note was removed"),
        ((*CREATE, "properties", "note"), {"type": "string"}, "body.note is now string, was null"),
        ((*CREATE, "properties", "name", "minLength"), 2, "body.name now requires minLength 2"),
        ((*CREATE, "properties", "name", "pattern"), "^a", "body.name now requires pattern ^a"),
        ((*CREATE, "properties", "kind", "enum"), ["a"], "body.kind no longer accepts b"),
        ((*CREATE, "properties", "parts", "items"), NAME, "body.parts[] is now string, was object"),
        ((*ITEM, "required"), ["id"], "answer 200.name may now be missing"),
        (
            (*ITEM, "properties", "id"),
            {"type": "string"},
            "answer 200.id is now string, was integer",
        ),
        (
            (*ITEM, "properties", "id"),
            {"type": ["integer", "null"]},
            "answer 200.id is now integer or null, was integer",
        ),
    ],
)
def test_a_break_is_reported(place: tuple[str | int, ...], value: Any, sentence: str) -> None:
    [named] = breaking_changes(DOCUMENT, changed(place, value))
    assert sentence in named


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("paths", "/other/"), {"get": {"responses": {"200": {}}}}),
        ((*ITEMS, "put"), {"responses": {"200": {}}}),
        ((*GET, "parameters", 0, "schema", "maximum"), 200),
        ((*GET, "parameters", 0, "schema"), {"type": "number"}),
        ((*GET, "responses", "404"), {}),
        ((*GET, "responses", "422"), REMOVED),
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
    assert breaking_changes(DOCUMENT, changed(place, value)) == []


def test_another_name_of_a_path_parameter_is_no_break() -> None:
    document = deepcopy(DOCUMENT)
    paths = document["paths"]
    paths["/items/{item_id}"] = paths.pop("/items/{id}")
    paths["/items/{item_id}"]["delete"]["parameters"][0]["name"] = "item_id"
    assert breaking_changes(DOCUMENT, document) == []


def test_a_document_breaks_nothing_of_itself() -> None:
    assert breaking_changes(DOCUMENT, deepcopy(DOCUMENT)) == []


def test_any_value_that_gets_a_type_breaks() -> None:
    anything = changed((*CREATE, "properties", "name"), {})
    assert breaking_changes(anything, DOCUMENT) == [
        "POST /items/: body.name is now string, was anything"
    ]


def test_an_inclusive_limit_instead_of_the_exclusive_one_is_no_break() -> None:
    positive = changed(
        (*GET, "parameters", 0, "schema"), {"type": "integer", "exclusiveMinimum": 0}
    )
    from_zero = changed((*GET, "parameters", 0, "schema"), {"type": "integer", "minimum": 0})
    assert breaking_changes(positive, from_zero) == []
    [reported] = breaking_changes(from_zero, positive)
    assert reported == "GET /items/: query parameter 'limit' now requires exclusiveMinimum 0"


def test_the_same_schemas_in_another_union_are_compared_again() -> None:
    inner = {"type": "object", "properties": {"size": {"type": "integer"}}}
    document = changed((*CREATE, "properties", "note"), {"anyOf": [{"$ref": SIDE}, {"$ref": CASE}]})
    for name in ("Case", "Side"):
        document["components"]["schemas"][name] = {
            "type": "object",
            "required": [name],
            "properties": {
                name: {"type": "string"},
                "inner": {"$ref": "#/components/schemas/Inner"},
            },
        }
    document["components"]["schemas"]["Inner"] = inner
    new = deepcopy(document)
    new["components"]["schemas"]["Inner"]["properties"]["size"] = {"type": "string"}
    assert (
        breaking_changes(document, new)
        == ["POST /items/: body.note.inner.size is now string, was integer"] * 2
    )
