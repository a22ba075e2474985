"""An error that nobody expected is answered, logged once, and costs nobody else anything."""

import json
from collections.abc import Callable

import httpx2
import pytest

from tests.faults.postgres import Postgres
from tests.faults.server import serve
from tests.support import Service

FAULTY = '''"""An endpoint of the owner's own, with a bug."""

from fastapi import APIRouter

router = APIRouter(prefix="/faulty", tags=["faulty"])


@router.get("/")
async def fail(password: str) -> None:
    """Fail."""
    raise RuntimeError("nobody expects this")
'''

pytestmark = pytest.mark.slow


def client_port(answer: httpx2.Response) -> int:
    """Return the client's port of the connection that an answer came over."""
    port: int = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
    return port


def test_a_bug_gives_a_problem_and_the_connection_lives_on(
    make_service: Callable[..., Service], database: Postgres
) -> None:
    service = make_service()
    (service.path / "app/api/v1/endpoints/faulty.py").write_text(FAULTY)
    with serve(service, database.url, service.path / "service.log") as server:
        with server.client() as client:
            failed = client.get("/api/v1/faulty?password=sesame", headers={"X-Request-ID": "bug"})
            before = client_port(failed)
            good = client.get("/livez")
            after = client_port(good)
        lines = server.log_lines()
    assert failed.status_code == 500
    assert failed.headers["Content-Type"] == "application/problem+json"
    assert "nobody" not in failed.text
    assert good.status_code == 200
    assert after == before
    of_bug = [line for line in lines if line.get("request_id") == "bug"]
    assert [line["event"] for line in of_bug] == ["request_failed", "request"]
    assert "nobody expects this" in json.dumps(of_bug[0]["exception"])
    assert "sesame" not in json.dumps(lines)
