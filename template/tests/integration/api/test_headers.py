"""Headers that the responses of every resource have."""

import pytest
from fastapi import Request, Response
from httpx2 import AsyncClient

from app.api.reply import CreatedReply, PageReply
from app.db.pagination import Page
from tests.gadgets import URL, Gadget

pytestmark = pytest.mark.usefixtures("gadget_table")


async def test_a_new_row_has_a_location_and_an_etag(client: AsyncClient) -> None:
    answer = await client.post(URL, json={"name": "one"})
    assert answer.headers["Location"] == f"{URL}{answer.json()['id']}"
    assert answer.headers["ETag"] == '"1"'


@pytest.mark.parametrize("path", [URL, URL.rstrip("/")])
async def test_a_path_works_with_and_without_a_trailing_slash(
    client: AsyncClient, path: str
) -> None:
    created = await client.post(path, json={"name": "one"})
    listed = await client.get(path)
    assert (created.status_code, listed.status_code) == (201, 200)
    assert created.headers["Location"] == f"{URL}{created.json()['id']}"


async def test_a_change_changes_the_etag(client: AsyncClient) -> None:
    location = (await client.post(URL, json={"name": "one"})).headers["Location"]
    grown = await client.post(f"{location}/grow")
    read = await client.get(location)
    assert grown.headers["ETag"] == read.headers["ETag"] == '"2"'


@pytest.mark.parametrize(
    ("if_none_match", "status"), [('"1"', 304), ('W/"1"', 304), ("*", 304), ('"0"', 200)]
)
async def test_a_row_is_not_sent_again_if_the_etag_matches(
    client: AsyncClient, if_none_match: str, status: int
) -> None:
    location = (await client.post(URL, json={"name": "one"})).headers["Location"]
    answer = await client.get(location, headers={"If-None-Match": if_none_match})
    assert (answer.status_code, bool(answer.content)) == (status, status == 200)
    assert answer.headers["ETag"] == '"1"'


@pytest.mark.parametrize("path", [URL, f"{URL}?limit=1", "/livez", "/openapi.json"])
async def test_head_responds_like_get_without_the_content(client: AsyncClient, path: str) -> None:
    for name in ("one", "two"):
        await client.post(URL, json={"name": name})
    got, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers.pop("X-Request-ID") != got.headers.pop("X-Request-ID")
    assert head.headers == got.headers


async def test_a_path_is_quoted_in_headers() -> None:
    scope = {
        "type": "http",
        "path": "/odd \u2003\r\nX: 1/",
        "query_string": b"a=%0D",
        "headers": [],
    }
    response = Response()
    PageReply(Request(scope), response).send(Page([], "next"))
    CreatedReply(Request(scope), response).send(Gadget(id=1, version=1))
    assert response.headers["Link"].startswith(
        "</odd%20%E2%80%83%0D%0AX%3A%201/?a=%0D&cursor=next>"
    )
    assert response.headers["Location"] == "/odd%20%E2%80%83%0D%0AX%3A%201/1"


async def test_a_page_links_to_the_next_with_the_same_query(client: AsyncClient) -> None:
    for name in ("one", "two", "three"):
        await client.post(URL, json={"name": name})
    names, url = [], f"{URL}?limit=2&sort=-name"
    while url:
        page = await client.get(url)
        names += [gadget["name"] for gadget in page.json()["items"]]
        url = page.links["next"]["url"] if "next" in page.links else ""
    assert names == ["two", "three", "one"]
