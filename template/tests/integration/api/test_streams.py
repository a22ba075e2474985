"""A response that is streamed from the database, and what cuts it."""

import json
import logging
import sys

import pytest
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import ResponseCutError
from app.core.logging import is_news
from tests.gadgets import UNEXPECTED, create_gadgets

pytestmark = pytest.mark.usefixtures("gadget_table")


@pytest.mark.parametrize("path", ["streamed", "within-a-minute"])
async def test_rows_are_streamed(client: AsyncClient, db: AsyncSession, path: str) -> None:
    await create_gadgets(db, {"name": "one"}, {"name": "two"})
    answer = await client.get(f"/gadgets/names/{path}")
    assert answer.text == "one\ntwo\n"


@pytest.mark.parametrize(
    ("path", "reason", "traceback"),
    [
        ("names/too-late", "RuntimeError", "takes `StreamDb` of app/api/deps.py instead of `Db`"),
        ("fail/midway", "RuntimeError", UNEXPECTED),
        ("fail/midway?expected=true", "DatabaseUnavailableError", None),
    ],
)
async def test_a_failure_midway_has_one_line_and_a_traceback_if_it_is_unexpected(
    client: AsyncClient,
    capsys: pytest.CaptureFixture[str],
    path: str,
    reason: str,
    traceback: str | None,
) -> None:
    with pytest.raises(ResponseCutError):
        await client.get(f"/gadgets/{path}")
    *failed, request = map(json.loads, capsys.readouterr().out.splitlines())
    assert (request["status"], request["cut"]) == (200, reason)
    assert len(failed) == bool(traceback)
    assert (traceback or "") in json.dumps(failed)


@pytest.mark.parametrize(("error", "expected"), [(ResponseCutError(), False), (OSError(), True)])
def test_the_server_does_not_report_a_cut_again(error: Exception, expected: bool) -> None:
    try:
        raise error
    except type(error):
        record = logging.LogRecord("uvicorn", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    assert is_news(record) is expected
