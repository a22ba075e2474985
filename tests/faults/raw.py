"""HTTP by hand, for what no client library would send."""

import json
import socket
from dataclasses import dataclass
from typing import Any, Final

from tests.faults.ports import HOST

ANSWER_SECONDS: Final = 10
CHUNK_BYTES: Final = 65536
END_OF_HEAD: Final = b"\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the body as JSON."""
        document: dict[str, Any] = json.loads(self.body)
        return document


def send(port: int, *parts: bytes) -> Answer:
    """Send bytes over a connection of their own, and read one answer.

    Raises:
        TimeoutError: There is no answer in time.
    """
    with socket.create_connection((HOST, port), timeout=ANSWER_SECONDS) as connection:
        for part in parts:
            connection.sendall(part)
        received = b""
        while END_OF_HEAD not in received:
            received += read(connection)
        head, _, body = received.partition(END_OF_HEAD)
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        while len(body) < int(headers.get("content-length", 0)):
            body += read(connection)
    return Answer(int(status_line.split()[1]), headers, body)


def read(connection: socket.socket) -> bytes:
    """Return what has come; a connection that closes without an answer is an error."""
    chunk = connection.recv(CHUNK_BYTES)
    assert chunk, "the connection was closed without an answer"
    return chunk


def request(method: bytes, target: bytes, body: bytes = b"", *headers: bytes) -> bytes:
    """Return the bytes of a request; a body is declared as JSON unless headers are given."""
    declared = headers or ((b"Content-Type: application/json",) if body else ())
    length = b"Content-Length: %d" % len(body)
    lines = [b"%s %s HTTP/1.1" % (method, target), b"Host: test", length, *declared]
    return b"\r\n".join(lines) + END_OF_HEAD + body
