"""Every error response is a problem document (RFC 9457)."""

import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from app.core.config import MEBIBYTE, Settings
from tests.gadgets import UNEXPECTED, UPLOAD_MAX, URL
from tests.variants import client_with

JSON = {"Content-Type": "application/json"}
UPLOAD = f"{URL}upload"
LARGE = 500_000
LONG = 50_000
SMALL = 10_000

pytestmark = pytest.mark.usefixtures("gadget_table")


def assert_problem(answer: Response, status: HTTPStatus, path: str = URL) -> dict[str, Any]:
    """Check the form of a problem and return it."""
    problem: dict[str, Any] = answer.json()
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == "about:blank"
    assert problem["title"] == status.phrase
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["instance"] == path
    assert len(answer.content) < SMALL
    return problem


async def test_an_unknown_path(client: AsyncClient) -> None:
    assert_problem(await client.get("/nowhere"), HTTPStatus.NOT_FOUND, "/nowhere")


@pytest.mark.parametrize(("path", "allowed"), [(URL, "GET, HEAD, POST"), (f"{URL}1/grow", "POST")])
async def test_a_wrong_method_with_the_allowed_ones(
    client: AsyncClient, path: str, allowed: str
) -> None:
    answer = await client.put(path)
    assert_problem(answer, HTTPStatus.METHOD_NOT_ALLOWED, path)
    assert answer.headers["Allow"] == allowed


async def test_a_missing_row(client: AsyncClient) -> None:
    path = f"{URL}42"
    problem = assert_problem(await client.get(path), HTTPStatus.NOT_FOUND, path)
    assert problem["detail"] == "There is no gadget with id 42."


async def test_a_conflict_that_names_the_field(client: AsyncClient) -> None:
    await client.post(URL, json={"name": "one"})
    problem = assert_problem(await client.post(URL, json={"name": "one"}), HTTPStatus.CONFLICT)
    assert [error["location"] for error in problem["errors"]] == [["body", "name"]]


async def test_an_invalid_body_that_names_each_field(client: AsyncClient) -> None:
    answer = await client.post(URL, json={"size": "large", "colour": "red"})
    problem = assert_problem(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    places = [error["location"] for error in problem["errors"]]
    assert places == [["body", "name"], ["body", "size"], ["body", "colour"]]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"null",
        b'{"name": "nul\\u0000"}',
        b'{"\\ud800": 1}',
        b'{"name": "one", "size": NaN}',
        b'{"name": "one", "size": 9223372036854775808}',
        b'{"name": "one", "size": 1.5}',
    ],
)
async def test_a_body_that_is_not_valid(client: AsyncClient, body: bytes) -> None:
    answer = await client.post(URL, content=body, headers=JSON)
    assert_problem(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert (await client.get(URL)).json()["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "\xff"}',
        b'{"name": "one", "size": ' + b"9" * 5000 + b"}",
        b"[" * LARGE,
    ],
)
async def test_a_body_that_cannot_be_read(client: AsyncClient, body: bytes) -> None:
    answer = await client.post(URL, content=body, headers=JSON)
    assert_problem(answer, HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}, {"Content-Type": "é/;"}])
async def test_a_body_that_was_not_sent_as_json(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    encoded = {name.encode(): value.encode() for name, value in headers.items()}
    answer = await client.post(URL, content=b'{"name": "one"}', headers=encoded)
    assert_problem(answer, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"name": ["x" * LARGE]}),
        json.dumps({f"key{number}": number for number in range(LARGE // 20)}),
    ],
)
async def test_a_large_input_is_not_echoed(client: AsyncClient, body: str) -> None:
    answer = await client.post(URL, content=body, headers=JSON)
    assert_problem(answer, HTTPStatus.UNPROCESSABLE_ENTITY)


@pytest.mark.parametrize("path", ["x" * LONG, "%00" * 1000, "%FF%ED%A0%80"])
async def test_a_large_or_broken_path_is_not_echoed(client: AsyncClient, path: str) -> None:
    answer = await client.get(f"/{path}")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert len(answer.content) < SMALL


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=9223372036854775808",
        "limit=some",
        "cursor=nonsense",
        "cursor=%ff",
        "name=%00",
        "colour=red",
    ],
)
async def test_a_query_that_is_not_valid(client: AsyncClient, query: str) -> None:
    answer = await client.get(f"{URL}?{query}")
    problem = assert_problem(answer, HTTPStatus.UNPROCESSABLE_ENTITY)
    name = query.partition("=")[0]
    assert [error["location"] for error in problem["errors"]] == [["query", name]]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("path", "limit"), [(URL, MEBIBYTE), (UPLOAD, UPLOAD_MAX), (f"{UPLOAD}/", UPLOAD_MAX)]
)
async def test_a_body_over_the_limit_of_its_route(
    client: AsyncClient, path: str, limit: int, streamed: bool
) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for content in (b"x" * limit, b"x"):
            yield content

    content = stream() if streamed else b"x" * (limit + 1)
    answer = await client.post(path, content=content, headers=JSON)
    problem = assert_problem(answer, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, path)
    assert f" {limit} bytes" in problem["detail"]


async def test_a_body_within_the_limit_of_its_route(client: AsyncClient) -> None:
    answer = await client.post(UPLOAD, content=b"x" * UPLOAD_MAX)
    assert (answer.status_code, answer.json()) == (HTTPStatus.OK, UPLOAD_MAX)


async def test_an_endpoint_that_reads_no_body_does_not_run_with_a_large_one(
    settings: Settings,
) -> None:
    path = f"{URL}1/grow"
    async with client_with(settings) as client:
        answer = await client.post(path, content=b"x" * (MEBIBYTE + 1))
    assert_problem(answer, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, path)


async def test_an_unexpected_error_reveals_no_details(client: AsyncClient) -> None:
    path = "/gadgets/fail/now"
    answer = await client.get(path)
    problem = assert_problem(answer, HTTPStatus.INTERNAL_SERVER_ERROR, path)
    assert UNEXPECTED not in problem["detail"]
    assert answer.headers["X-Request-ID"]


async def test_an_error_in_plain_text_keeps_its_words_and_headers(client: AsyncClient) -> None:
    path = "/gadgets/fail/text"
    answer = await client.get(path)
    problem = assert_problem(answer, HTTPStatus.NOT_FOUND, path)
    assert (problem["detail"], answer.headers["X-Kept"]) == ("Not here.", "yes")
    head = await client.head(path)
    assert (head.status_code, head.content) == (HTTPStatus.NOT_FOUND, b"")
