"""A TCP proxy that can hang, as networks and databases do."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Final, cast

from tests.faults.ports import HOST

CHUNK: Final = 2**16


class Proxy(ThreadingTCPServer):
    """Carries bytes to a port; frozen, it goes on accepting connections and carries none."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream_port: int) -> None:
        super().__init__((HOST, 0), Connection)
        self.upstream = (HOST, upstream_port)
        self.thawed = threading.Event()
        self.thawed.set()

    @property
    def port(self) -> int:
        """Return the port that it listens on."""
        port: int = self.server_address[1]
        return port

    def freeze(self) -> None:
        """Stop carrying, on all connections."""
        self.thawed.clear()

    def thaw(self) -> None:
        """Go on carrying, first of all what came meanwhile."""
        self.thawed.set()


class Connection(BaseRequestHandler):
    """One connection through the proxy."""

    def handle(self) -> None:
        """Carry both ways until both sides have closed it."""
        proxy = cast("Proxy", self.server)
        proxy.thawed.wait()
        with suppress(OSError), socket.create_connection(proxy.upstream) as upstream:
            there = threading.Thread(target=self.carry, args=(self.request, upstream), daemon=True)
            there.start()
            self.carry(upstream, self.request)
            there.join()

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        """Carry one way until the source closes it."""
        proxy = cast("Proxy", self.server)
        with suppress(OSError):
            while data := source.recv(CHUNK):
                proxy.thawed.wait()
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_to(upstream_port: int) -> Iterator[Proxy]:
    """Run a proxy until the end of the block."""
    with Proxy(upstream_port) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy
        proxy.shutdown()
        proxy.thaw()


@contextmanager
def black_hole() -> Iterator[int]:
    """Give a port that connections can be made to, and that never says a word."""
    with socket.create_server((HOST, 0), backlog=1024) as listener:
        port: int = listener.getsockname()[1]
        yield port
