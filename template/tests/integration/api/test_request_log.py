"""Each request has an id and one line in the log."""

import json

import pytest
from httpx2 import AsyncClient

from tests.gadgets import UNEXPECTED


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """Return the lines of the log so far."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("sent", ["abc-123", "A.b_c", "x" * 64])
async def test_a_well_formed_id_is_kept(client: AsyncClient, sent: str) -> None:
    answer = await client.get("/livez", headers={"X-Request-ID": sent})
    assert answer.headers["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "é", 'a"b', "../x"])
async def test_an_id_of_another_form_is_replaced(client: AsyncClient, sent: str) -> None:
    answer = await client.get("/livez", headers={b"X-Request-ID": sent.encode()})
    assert answer.headers["X-Request-ID"] != sent
    assert len(answer.headers["X-Request-ID"]) == 32


async def test_a_request_has_one_line_with_its_id(
    client: AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.get("/nowhere", headers={"X-Request-ID": "abc"})
    [line] = lines(capsys)
    assert line["event"] == "request"
    assert line["level"] == "info"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/nowhere", 404)
    assert line["request_id"] == "abc"
    assert isinstance(line["duration_ms"], float)


async def test_an_unexpected_error_has_its_traceback_in_the_log(
    client: AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.get("/gadgets/fail/now", headers={"X-Request-ID": "abc"})
    failed, request = lines(capsys)
    assert failed["event"] == "request_failed"
    assert failed["request_id"] == request["request_id"] == "abc"
    assert UNEXPECTED in json.dumps(failed["exception"])
    assert request["status"] == 500
