"""The production server: uvicorn, told how to stop without dropping a request."""

import asyncio
import gc
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from uvicorn import Config, Server

from app.core.config import Settings
from app.workers import Supervisor

APP: Final = "app.main:create_app"
BACKLOG: Final = 2048
CLOSE: Final = (b"connection", b"close")
DRAIN_SECONDS: Final = 1.0
GARBAGE_THRESHOLDS: Final = (10_000, 10, 10)
KEEP_ALIVE_SECONDS: Final = 75  # load balancers keep theirs for 60, and so are the first to close


class DrainingServer(Server):
    """A server that announces the end of its connections before it cuts them.

    uvicorn resets the connections that wait in the queue of its socket, and cuts idle ones at
    once, with the request that a client has just sent. Here every answer from now on says that
    its connection closes, and idle ones have a second to send what they were about to send.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept, with a garbage collector that looks at new objects only, and seldom.

        What is loaded by now stays. Requests leave few cycles, but make thousands of objects.
        """
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GARBAGE_THRESHOLDS)
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Refuse new connections, and finish what was accepted."""
        self.server_state.default_headers.append(CLOSE)
        await self.accept_queued(sockets or [])
        await asyncio.sleep(DRAIN_SECONDS)
        await super().shutdown(sockets)

    async def accept_queued(self, listeners: list[socket.socket]) -> None:
        """Close the listeners, and serve the connections that clients had opened on them."""
        spares = [listener.dup() for listener in listeners]
        for server in self.servers:
            server.close()
        queued = [connection for spare in spares for connection in accept_last(spare)]
        loop = asyncio.get_running_loop()
        for connection in queued:
            await loop.connect_accepted_socket(self.create_protocol, connection)

    def create_protocol(self) -> asyncio.Protocol:
        """Return the protocol of a connection, as uvicorn makes them at its start."""
        make: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        state = self.lifespan.state
        return make(config=self.config, server_state=self.server_state, app_state=state)


def accept_last(listener: socket.socket) -> list[socket.socket]:
    """Return the connections in the queue of a listener, and close it before others come."""
    connections: list[socket.socket] = []
    listener.setblocking(False)
    with listener, suppress(BlockingIOError):
        while True:
            connections.append(listener.accept()[0])
    return connections


def serve(settings: Settings) -> None:
    """Serve until a signal says to stop, then finish what was accepted."""
    with listen(settings) as listener:
        if settings.workers == 1:
            serve_on(listener, settings)
        else:
            sys.exit(Supervisor(settings.workers, listener, serve_on, settings).run())


def listen(settings: Settings) -> socket.socket:
    """Open the socket that all workers share, or end with a sentence that says why not."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    try:
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        sys.exit(f"Cannot listen on HOST {settings.host}, PORT {settings.port}: {error.strerror}.")


def serve_on(listener: socket.socket, settings: Settings) -> None:
    """Serve in this process."""
    config = Config(
        APP,
        factory=True,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.shutdown_timeout,
        access_log=False,  # the service writes its own
        log_config=None,  # and formats all others
        server_header=False,
    )
    with suppress(KeyboardInterrupt):  # raised once more when all is done
        DrainingServer(config).run([listener])
