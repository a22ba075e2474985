"""`poe token`: print a token for the service that `poe dev` runs."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any, Final

import httpx2

from tools.issuer.run import HOST, PORT

SECONDS: Final = 5
NOT_RUNNING: Final = "No service answers at {url}: start it with `uv run poe dev`, or name its port, as in `uv run poe token --port 8001`."
NO_ISSUER: Final = "The service at {url} does not trust the issuer of `poe dev`: remove AUTH_ISSUER from the environment and .env, or ask its own issuer for a token."


def main() -> None:
    """Print a token, and nothing else, on standard output."""
    text = "Print a token for the service that `poe dev` runs."
    parser = ArgumentParser(prog="poe token", description=text, allow_abbrev=False)
    parser.add_argument("--sub", default="alice", help="whom it names; by default alice")
    parser.add_argument("--scope", action="append", help="by default all that the routes name")
    parser.add_argument("--claim", action="append", default=[], type=claim, metavar="NAME=VALUE")
    parser.add_argument("--port", type=int, default=PORT, help=f"by default {PORT}")
    options = parser.parse_args()
    url = f"http://{HOST}:{options.port}"
    try:
        document = ask("GET", f"{url}/openapi.json")
    except (httpx2.HTTPError, ValueError):
        sys.exit(NOT_RUNNING.format(url=url))
    scopes = scopes_of(document) if options.scope is None else options.scope
    try:
        token = request_token(discovery_of(document), options.sub, scopes, dict(options.claim))
    except (httpx2.HTTPError, LookupError, ValueError):
        sys.exit(NO_ISSUER.format(url=url))
    sys.stdout.write(f"{token}\n")


def claim(text: str) -> tuple[str, Any]:
    """Return the name and the value of a claim; the value is JSON, or else a text."""
    name, separator, value = text.partition("=")
    if not separator:
        message = f"write {text}=VALUE, with the value as JSON or as a text"
        raise ArgumentTypeError(message)
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def discovery_of(document: dict[str, Any]) -> str:
    """Return the URL of the issuer's metadata that an OpenAPI document names."""
    [scheme] = document["components"]["securitySchemes"].values()
    return str(scheme["openIdConnectUrl"])


def scopes_of(document: dict[str, Any]) -> list[str]:
    """Return all scopes that the operations of an OpenAPI document name."""
    operations = [each for path in document["paths"].values() for each in path.values()]
    needs = [need for each in operations for need in each.get("security", [])]
    return sorted({scope for need in needs for scopes in need.values() for scope in scopes})


def request_token(discovery: str, sub: str, scopes: list[str], claims: dict[str, Any]) -> str:
    """Return a token of the development issuer with this metadata.

    Raises:
        httpx2.HTTPError: It does not answer, or issues no token.
    """
    form = {"grant_type": "client_credentials", "sub": sub, "scope": " ".join(scopes)}
    form["claims"] = json.dumps(claims)
    return str(ask("POST", ask("GET", discovery)["token_endpoint"], data=form)["access_token"])


def ask(method: str, url: str, **options: Any) -> Any:
    """Return what an URL of this machine answers; no proxy of the environment is asked."""
    with httpx2.Client(timeout=SECONDS, trust_env=False) as client:
        return client.request(method, url, **options).raise_for_status().json()
