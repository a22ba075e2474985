"""Clients that send requests without a break, and count those that get no response."""

import asyncio
import json
import signal
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Final, Protocol

from tests.faults.ports import HOST
from tests.faults.server import PRODUCTS

CLIENTS: Final = 32
PAUSE_SECONDS: Final = 0.02
ANSWER_SECONDS: Final = 20
ANSWERS_BEFORE_THE_END: Final = 200
CREATED: Final = 201
SLOWLY: Final = """
    CREATE FUNCTION sleep_a_little() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END $$;
    CREATE TRIGGER slow BEFORE INSERT ON products FOR EACH ROW
    WHEN (NEW.name LIKE 'slow%') EXECUTE FUNCTION sleep_a_little();
"""


class Stoppable(Protocol):
    """A running service that takes signals."""

    @property
    def port(self) -> int:
        """Return the port that it listens on."""

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its first process."""


@dataclass
class Result:
    """What the clients saw."""

    statuses: Counter[int] = field(default_factory=Counter)
    created: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)


@dataclass
class Client:
    """One client; it sends requests until a new connection is refused."""

    port: int
    number: int
    keep_alive: bool
    result: Result

    async def run(self) -> None:
        """Send requests, one after the other."""
        chance = Random(self.number)
        count = 0
        while True:
            try:
                reader, writer = await asyncio.open_connection(HOST, self.port)
            except OSError:
                return
            alive = True
            while alive:
                count += 1
                await asyncio.sleep(chance.uniform(0, PAUSE_SECONDS) if self.keep_alive else 0)
                if reader.at_eof():
                    break  # the server closed the connection before the request
                name = f"{self.number}-{count}"
                alive = await self.exchange(reader, writer, name, chance.randrange(8))
            writer.close()

    async def exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str, kind: int
    ) -> bool:
        """Send one request and read its answer; return whether the connection lives on."""
        writer.write(self.request(name, kind))
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status, headers = parse(await reader.readuntil(b"\r\n\r\n"))
                body = await reader.readexactly(int(headers["content-length"]))
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            self.result.unanswered.append(f"{name}: {error!r}")
            return False
        self.result.statuses[status] += 1
        if status == CREATED:
            self.result.created.append(json.loads(body)["name"])
        return headers.get("connection") != "close"

    def request(self, name: str, kind: int) -> bytes:
        """Return a request: of eight kinds three read a page, and one creates a row slowly."""
        connection = "keep-alive" if self.keep_alive else "close"
        common = f"Host: test\r\nConnection: {connection}\r\n"
        if kind < 3:
            return f"GET {PRODUCTS}?limit=5 HTTP/1.1\r\n{common}\r\n".encode()
        body = json.dumps({"name": f"slow-{name}" if kind == 3 else name, "price": 1})
        return (
            f"POST {PRODUCTS} HTTP/1.1\r\n{common}Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


def parse(head: bytes) -> tuple[int, dict[str, str]]:
    """Return the status and the headers of an answer."""
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


def stop_under_load(server: Stoppable, *, keep_alive: bool) -> Result:
    """Stop a service while all clients send requests; return when none can connect any more."""
    return asyncio.run(stop_amid_clients(server, keep_alive))


async def stop_amid_clients(server: Stoppable, keep_alive: bool) -> Result:
    """Run the clients, and send the signal once they have had some answers."""
    result = Result()
    clients = [Client(server.port, number, keep_alive, result) for number in range(CLIENTS)]
    running = asyncio.gather(*(client.run() for client in clients))
    while result.statuses.total() < ANSWERS_BEFORE_THE_END and not running.done():
        await asyncio.wait([running], timeout=PAUSE_SECONDS)
    server.signal(signal.SIGTERM)
    await running
    return result
