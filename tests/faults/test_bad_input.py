"""Nothing that a client sends gives a 5xx, a hang, or a row that is not whole."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import Serve
from tests.faults.postgres import Postgres
from tests.faults.raw import Answer, request, send
from tests.faults.server import PRODUCTS, Server, serve
from tests.support import Service

URL = PRODUCTS.encode()
GOOD = b'{"name": "good", "price": 1.5}'
LARGE = 900_000
SMALL = 10_000
TEN_MEGABYTES = 10_000_000
HUGE_IDS = ["0", "-1", "2147483648", "9223372036854775808", "1" + "0" * 26, "9" * 5000, "x", "%00"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bad_input")]


def named(name: str) -> bytes:
    """Return a body with this JSON as the name."""
    return b'{"name": %s, "price": 1.5}' % name.encode()


def priced(price: str) -> bytes:
    """Return a body with this JSON as the price."""
    return b'{"name": "one", "price": %s}' % price.encode()


def cursor(place: object) -> str:
    """Return a cursor made by hand."""
    return urlsafe_b64encode(json.dumps(place).encode()).decode()


BODIES = {
    "NUL in text": named('"a\\u0000b"'),
    "a lone surrogate in text": named('"\\ud800"'),
    "a lone surrogate as a key": b'{"\\ud800": 1}',
    "NaN": priced("NaN"),
    "Infinity": priced("Infinity"),
    "minus Infinity": priced("-Infinity"),
    "1e400": priced("1e400"),
    "an integer of 400 digits": priced("9" * 400),
    "an integer of 5,000 digits": priced("9" * 5000),
    "invalid UTF-8": b'{"name": "\xff\xfe", "price": 1.5}',
    "overlong UTF-8": b'{"name": "\xc0\x80", "price": 1.5}',
    "UTF-16": GOOD.decode().encode("utf-16")[:-1],
    "arrays 100,000 deep": b"[" * 100_000,
    "objects 100,000 deep": b'{"name":' * 100_000,
    "a deep value": named("[" * 50_000 + "]" * 50_000),
    "half a document": GOOD[:-1],
    "two documents": GOOD + GOOD,
    "nothing": b" ",
    "a list": b"[]",
    "a text": b'"text"',
    "a large wrong value": priced('"' + "x" * LARGE + '"'),
    "a large unknown key": b'{"%s": 1}' % (b"x" * LARGE),
    "many unknown keys": b"{%s}" % b",".join(b'"%x":1' % number for number in range(100_000)),
    "a text over its limit": named('"' + "x" * LARGE + '"'),
}
QUERIES = [
    *(f"limit={number}" for number in HUGE_IDS),
    "cursor=nonsense",
    "cursor=%00",
    "cursor=" + "x" * 5000,
    "cursor=" + cursor(["id", "nul\x00", 1]),
    "cursor=" + cursor(["id", 10**26, 1]),
    "cursor=" + cursor(["id", 1, 10**26]),
    "cursor=" + cursor(["id", float("nan"), 1]),
    "cursor=" + cursor(["name", "one", 1]),
    "sort=name&cursor=" + cursor(["name", "nul\x00", 1]),
    "sort=name&cursor=" + cursor(["name", "\ud800", 1]),
    "sort=price&cursor=" + cursor(["price", float("inf"), 1]),
    "sort=created_at&cursor=" + cursor(["created_at", "0001-01-01T00:00:00+14:00", 1]),
    "cursor=" + urlsafe_b64encode(b"[" * 3000).decode(),
    "sort=nothing",
    "sort=version",
    "sort=metadata",
    "sort=--id",
    "price=cheap",
    "price=nan",
    "price=1e400",
    "name=%00",
    "colour=red",
    "%ff=%fe",
]
NOT_HTTP = {
    "raw bytes in a path": b"GET /\xff HTTP/1.1\r\nHost: test\r\n\r\n",
    "raw bytes in a query": b"GET /livez?\xff=\xfe HTTP/1.1\r\nHost: test\r\n\r\n",
    "a TLS handshake": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    "a negative length": b"POST %s HTTP/1.1\r\nHost: test\r\nContent-Length: -1\r\n\r\n" % URL,
    "a length beyond 64 bits": b"POST %s HTTP/1.1\r\nHost: test\r\nContent-Length: 1%s\r\n\r\n"
    % (URL, b"0" * 26),
    "a chunk without a length": b"POST %s HTTP/1.1\r\nHost: test\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n" % URL,
}
MEDIA_TYPES = [
    b"Content-Type: text/plain",
    b"Content-Type: application/x-www-form-urlencoded",
    b"Content-Type: multipart/form-data; boundary=x",
    b"Content-Type: \xff\xfe",
    b"X-Nothing: declared",
]


@pytest.fixture(scope="module")
def running(
    service: Service, prepared: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Postgres]]:
    """One service and its database for all of this module; each test leaves the table empty."""
    place: Path = tmp_path_factory.mktemp("bad-input")
    database = prepared.copy(prepared.data.parent / "bad-input")
    database.start()
    with serve(service, database.url, place / "service.log") as server:
        yield server, database
    database.stop("immediate")


def assert_refused(running: tuple[Server, Postgres], answer: Answer, *statuses: int) -> None:
    """Check for a small problem document, no row, and a service that goes on."""
    server, database = running
    assert answer.status in (statuses or (422,)), answer.body[:SMALL]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"]
    problem = answer.json()
    assert problem["status"] == answer.status
    assert problem.keys() - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert len(answer.body) < SMALL
    assert database.query("SELECT count(*) FROM products") == "0"
    assert send(server.port, request(b"GET", b"/readyz")).status == 200


def memory(server: Server) -> int:
    """Return the most memory, in bytes, that the server has had so far."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_refused(running: tuple[Server, Postgres], name: str) -> None:
    answer = send(running[0].port, request(b"POST", URL, BODIES[name]))
    assert_refused(running, answer, 400, 422)


@pytest.mark.parametrize("row_id", HUGE_IDS)
@pytest.mark.parametrize("method", [b"GET", b"PATCH", b"DELETE"])
def test_an_id_that_cannot_be_is_refused(
    running: tuple[Server, Postgres], method: bytes, row_id: str
) -> None:
    body = b"{}" if method == b"PATCH" else b""
    answer = send(running[0].port, request(method, URL + row_id.encode(), body))
    assert_refused(running, answer, 404, 422)


@pytest.mark.parametrize("query", QUERIES)
def test_a_bad_query_is_refused(running: tuple[Server, Postgres], query: str) -> None:
    answer = send(running[0].port, request(b"GET", URL + b"?" + query.encode()))
    assert_refused(running, answer)


@pytest.mark.parametrize("header", MEDIA_TYPES)
def test_a_body_of_another_type_is_refused(running: tuple[Server, Postgres], header: bytes) -> None:
    answer = send(running[0].port, request(b"POST", URL, GOOD, header))
    assert_refused(running, answer, 415)


@pytest.mark.parametrize("path", [b"/%ff%fe", b"/%00", b"/%ed%a0%80", b"/" + b"x" * 8000])
def test_a_path_that_is_not_text_is_not_found(
    running: tuple[Server, Postgres], path: bytes
) -> None:
    assert_refused(running, send(running[0].port, request(b"GET", path)), 404)


@pytest.mark.parametrize("name", NOT_HTTP)
def test_what_is_not_http_is_refused_by_the_server(
    running: tuple[Server, Postgres], name: str
) -> None:
    answer = send(running[0].port, NOT_HTTP[name])
    assert answer.status == 400
    assert send(running[0].port, request(b"GET", b"/readyz")).status == 200


@pytest.mark.parametrize("path", [URL, URL.rstrip(b"/"), b"/livez", b"/docs", b"/nowhere"])
@pytest.mark.parametrize("header", [b"Expect: 100-continue", b"Content-Type: multipart/form-data"])
def test_a_body_over_the_limit_is_refused_before_it_is_read(
    running: tuple[Server, Postgres], path: bytes, header: bytes
) -> None:
    declared = request(b"POST", path, b"x" * TEN_MEGABYTES, header)
    head = declared[: declared.index(b"\r\n\r\n") + 4]
    assert_refused(running, send(running[0].port, head), 413)


def test_a_large_body_for_no_path_is_not_kept(running: tuple[Server, Postgres]) -> None:
    head = b"POST /nowhere HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    before = memory(running[0])
    assert_refused(running, send(running[0].port, head, *[chunk] * 100), 404)
    assert memory(running[0]) - before < 2 * TEN_MEGABYTES


def test_a_streamed_body_over_the_limit_is_refused(running: tuple[Server, Postgres]) -> None:
    head = b"POST %s HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n" % URL
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    parts = [head + b"Transfer-Encoding: chunked\r\n\r\n", chunk, chunk]
    assert_refused(running, send(running[0].port, *parts), 413)


def test_a_client_that_sends_all_of_a_large_body_reads_the_answer(
    start: Serve, database: Postgres
) -> None:
    with start(database.url).client() as client:
        answer = client.post(PRODUCTS, content=b"x" * TEN_MEGABYTES)
        assert answer.status_code == 413
        assert client.get("/livez").status_code == 200
