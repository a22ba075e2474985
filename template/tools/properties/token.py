"""The token of generated requests."""

import os
from typing import Final

from app.api.auth import SCOPES
from app.api.v1.router import find_routers
from tools.issuer.run import start_issuer
from tools.issuer.token import request_token

METADATA: Final = "/.well-known/openid-configuration"


def send_token() -> list[str]:
    """Let the service trust an issuer of this run, and return the options that send its token."""
    settings = start_issuer()
    os.environ.update(settings)
    find_routers()  # so that all scopes are known
    token = request_token(settings["AUTH_ISSUER"] + METADATA, "alice", sorted(SCOPES), {})
    return ["--header", f"Authorization: Bearer {token}"]
