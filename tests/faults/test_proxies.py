"""Behind a proxy: one that removes a prefix from paths, and those whose headers are believed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.postgres import Postgres
from tests.faults.raw import request, send
from tests.faults.server import PRODUCTS, Server, serve
from tests.support import Service

PREFIX = "/shop"
TEN_MEGABYTES = 10_000_000
WHERE = "/api/v1/where"
ENDPOINT = '''"""An endpoint of the owner's own, with absolute URLs."""

from fastapi import APIRouter, Request

router = APIRouter(prefix="/where", tags=["where"])


@router.get("/")
async def find_place(request: Request) -> list[str]:
    """Return the URL of this path and the address of the client."""
    return [str(request.url_for("find_place")), request.client.host if request.client else ""]
'''
FORWARDED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "Host": "shop.example"}

pytestmark = pytest.mark.slow


@pytest.fixture
def placed(make_service: Callable[..., Service]) -> Service:
    """Give a service with an endpoint that says where it is."""
    service = make_service()
    (service.path / "app/api/v1/endpoints/where.py").write_text(ENDPOINT)
    return service


@pytest.mark.parametrize("workers", ["1", "2"])
def test_everything_that_names_a_path_has_the_prefix(
    service: Service, database: Postgres, tmp_path: Path, workers: str
) -> None:
    log = tmp_path / "service.log"
    settings = {"ROOT_PATH": PREFIX, "WORKERS": workers}
    with serve(service, database.url, log, **settings) as server, server.client() as client:
        for path in (PRODUCTS, PRODUCTS.rstrip("/")):
            stored = client.post(path, json={"name": path, "price": 1})
            location = stored.headers["Location"]
            assert location == f"{PREFIX}{PRODUCTS}{stored.json()['id']}"
            assert client.get(location.removeprefix(PREFIX)).json() == stored.json()
        page = client.get(PRODUCTS, params={"limit": 1})
        link = page.links["next"]["url"]
        assert link.startswith(f"{PREFIX}{PRODUCTS}?limit=1&cursor=")
        assert len(client.get(link.removeprefix(PREFIX)).json()["items"]) == 1
        for method, path, status in (
            ("GET", f"{PRODUCTS}7", 404),
            ("PUT", PRODUCTS, 405),
            ("POST", PRODUCTS, 413),
            ("GET", "/nowhere", 404),
        ):
            content = b"x" * TEN_MEGABYTES if status == 413 else None
            answer = client.request(method, path, content=content)
            assert answer.status_code == status
            assert answer.json()["instance"] == f"{PREFIX}{path}"
        assert client.put(PRODUCTS).headers["Allow"] == "GET, HEAD, POST"
        assert f"'{PREFIX}/openapi.json'" in client.get("/docs").text
        assert client.get("/openapi.json").json()["servers"] == [{"url": PREFIX}]
        assert client.get("/livez").status_code == 200
        assert client.head("/readyz/").status_code == 200
    paths = {line["path"] for line in server.log_lines() if line["event"] == "request"}
    assert all(path.startswith(f"{PREFIX}/") for path in paths)


def test_headers_are_believed_from_trusted_proxies_only(
    placed: Service, database: Postgres, tmp_path: Path
) -> None:
    real = [f"http://shop.example{WHERE}/", "127.0.0.1"]
    forwarded = [f"https://shop.example{WHERE}/", "203.0.113.7"]
    prefixed = [f"https://shop.example{PREFIX}{WHERE}/", "203.0.113.7"]
    for number, (settings, place) in enumerate(
        [
            ({}, forwarded),  # from this machine: uvicorn's default
            ({"TRUSTED_PROXIES": "10.0.0.0/8,::1"}, real),
            ({"TRUSTED_PROXIES": "127.0.0.0/8"}, forwarded),
            ({"TRUSTED_PROXIES": "*", "ROOT_PATH": PREFIX}, prefixed),
        ]
    ):
        log = tmp_path / f"service-{number}.log"
        with serve(placed, database.url, log, **settings) as server:
            with server.client() as client:
                assert client.get(WHERE, headers=FORWARDED).json() == place
            assert_bad_headers_are_harmless(server)


def assert_bad_headers_are_harmless(server: Server) -> None:
    """Check that what a proxy would not send gives no 5xx."""
    for bad in (b"\xff", b",,", b"[::1", b"1.2.3.4:x", b"1.2.3.4:" + b"9" * 5000, b"x" * 5000):
        headers = (b"X-Forwarded-For: " + bad, b"X-Forwarded-Proto: " + bad)
        answer = send(server.port, request(b"GET", WHERE.encode(), b"", *headers))
        assert answer.status == 200
