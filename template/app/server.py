"""The production server: uvicorn with a shutdown that drops no request."""

import asyncio
import gc
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from uvicorn import Config, Server

from app.core.config import Settings
from app.workers import Supervisor

APP: Final = "app.main:create_app"
BACKLOG: Final = 2048
CLOSE: Final = (b"connection", b"close")
DRAIN_SECONDS: Final = 1.0
GARBAGE_THRESHOLDS: Final = (10_000, 10, 10)
KEEP_ALIVE_SECONDS: Final = 75  # load balancers have 60, so that they close first


class DrainingServer(Server):
    """A server that drains its connections before it closes them.

    At shutdown uvicorn resets the connections in the accept queue, and closes idle ones at once,
    even if a request is on its way. This server accepts the queued ones, sends `Connection: close`
    with each response, and gives idle connections a second for a last request.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the listeners, and finish the requests that were accepted or queued."""
        self.server_state.default_headers.append(CLOSE)
        copies = [listener.dup() for listener in sockets or []]
        for server in self.servers:
            server.close()
        protocol: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        state = {"server_state": self.server_state, "app_state": self.lifespan.state}
        create_protocol = partial(protocol, config=self.config, **state)
        for connection in [each for copy in copies for each in accept_queued(copy)]:
            loop = asyncio.get_running_loop()
            await loop.connect_accepted_socket(create_protocol, connection)
        await asyncio.sleep(DRAIN_SECONDS)
        await super().shutdown(sockets)


def accept_queued(listener: socket.socket) -> list[socket.socket]:
    """Return the connections in the queue of a listener, and close it."""
    connections: list[socket.socket] = []
    listener.setblocking(False)
    with listener, suppress(BlockingIOError):
        while True:
            connections.append(listener.accept()[0])
    return connections


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM, then finish the accepted requests."""
    with listen(settings) as listener:
        serve_here = partial(serve_on, settings)
        if settings.workers == 1:
            serve_here(listener)
        else:
            sys.exit(Supervisor(serve_here, listener).run(settings.workers))


def listen(settings: Settings) -> socket.socket:
    """Open the socket that all workers share, or exit with the reason."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    try:
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        sys.exit(f"Cannot listen on HOST {settings.host}, PORT {settings.port}: {error.strerror}.")


def serve_on(settings: Settings, listener: socket.socket) -> None:
    """Serve in this process."""
    config = Config(
        APP,
        factory=True,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.shutdown_timeout,
        access_log=False,  # RequestMiddleware logs requests
        log_config=None,  # configure_logging formats all others
        server_header=False,
        root_path=settings.root_path,
        forwarded_allow_ips=list(settings.trusted_proxies) or None,  # None is uvicorn's default
    )
    with suppress(KeyboardInterrupt):  # uvicorn raises it again at its end
        config.load()
        limit_garbage_collection()
        DrainingServer(config).run([listener])


def limit_garbage_collection() -> None:
    """Let the garbage collector skip what is loaded, and run less often.

    Requests create thousands of objects, but few reference cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
