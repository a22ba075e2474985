"""Runs the issuer beside the service: for `poe dev`, and for tests over real connections."""

import os
import signal
import socket
import sys
import threading
from multiprocessing import get_context
from typing import Final

from pydantic_settings import BaseSettings
from uvicorn import Config, Server

from app.core.about import NAME
from app.core.config import Settings
from app.workers import follow_parent
from tools.issuer.app import CLIENT, create_issuer

HOST: Final = "127.0.0.1"
HINT: Final = """
  Issuer  {issuer}, of this run
  Token   uv run poe token --sub alice{option}
"""
PORT: Final = 8000


class IssuerChoice(BaseSettings):
    """An issuer to use instead of the development one."""

    model_config = Settings.model_config

    auth_issuer: str | None = None


def use_issuer(port: int) -> None:
    """Let the service on this port trust an issuer of this run, unless `AUTH_ISSUER` is set."""
    if IssuerChoice().auth_issuer:
        return
    settings = start_issuer()
    os.environ.update(settings)
    option = "" if port == PORT else f" --port {port}"
    sys.stdout.write(HINT.format(issuer=settings["AUTH_ISSUER"], option=option))


def start_issuer() -> dict[str, str]:
    """Serve an issuer until this process ends, and return the settings that trust it."""
    with socket.create_server((HOST, 0)) as listener:
        issuer = f"http://{HOST}:{listener.getsockname()[1]}"
        arguments = (issuer, listener)
        # Not a thread: it could finalize database connections of this one, which crashes.
        get_context("spawn").Process(target=serve, args=arguments, daemon=True).start()
    return {"AUTH_ISSUER": issuer, "AUTH_AUDIENCE": NAME, "AUTH_CLIENT_ID": CLIENT, "HOST": HOST}


def serve(issuer: str, listener: socket.socket) -> None:
    """Serve until the process that started this one ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # after uvicorn's own handler: no traceback
    threading.Thread(target=follow_parent, daemon=True).start()
    app = create_issuer(issuer)
    Server(Config(app, lifespan="off", access_log=False, log_config=None)).run([listener])
