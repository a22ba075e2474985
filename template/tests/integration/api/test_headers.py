"""Headers that every resource's answers carry."""

import pytest
from httpx2 import AsyncClient

from tests.gadgets import URL

pytestmark = pytest.mark.usefixtures("gadget_table")


async def test_a_new_row_has_a_location_and_an_etag(client: AsyncClient) -> None:
    answer = await client.post(URL, json={"name": "one"})
    assert answer.headers["Location"] == f"{URL}{answer.json()['id']}"
    assert answer.headers["ETag"] == '"1"'


@pytest.mark.parametrize("path", [URL, URL.rstrip("/")])
async def test_a_path_answers_with_and_without_a_slash_at_its_end(
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


@pytest.mark.parametrize("if_none_match", ['"1"', 'W/"1"', "*", '"0", "1"'])
async def test_a_row_that_the_client_has_is_not_sent_again(
    client: AsyncClient, if_none_match: str
) -> None:
    location = (await client.post(URL, json={"name": "one"})).headers["Location"]
    answer = await client.get(location, headers={"If-None-Match": if_none_match})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == '"1"'


async def test_a_row_that_the_client_has_in_an_older_version_is_sent(client: AsyncClient) -> None:
    location = (await client.post(URL, json={"name": "one"})).headers["Location"]
    answer = await client.get(location, headers={"If-None-Match": '"0"'})
    assert answer.status_code == 200


async def test_a_page_links_to_the_next_with_the_same_query(client: AsyncClient) -> None:
    for name in ("one", "two", "three"):
        await client.post(URL, json={"name": name})
    names, url = [], f"{URL}?limit=2&sort=-name"
    while url:
        page = await client.get(url)
        names += [gadget["name"] for gadget in page.json()["items"]]
        url = page.links["next"]["url"] if "next" in page.links else ""
    assert names == ["two", "three", "one"]
