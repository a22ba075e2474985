"""The app: it signs a token for whoever asks."""

import json
import re
from base64 import urlsafe_b64encode
from functools import partial
from hashlib import sha256
from html import escape
from http import HTTPStatus
from secrets import token_urlsafe
from time import time
from typing import Final
from urllib.parse import parse_qsl, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.core.about import NAME

ALGORITHM: Final = "ES256"
CLIENT: Final = "development"
LIFETIME: Final = 3600
LOOPBACK: Final = r"https?://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?(/.*)?"
FORM: Final = """<!doctype html><title>Development issuer</title><form>{hidden}
<p><label>Subject <input name="sub" value="alice" required autofocus></label>
<p><label>Scopes <input name="scope" value="{scope}" size="80"></label>
<p><label>More claims, in JSON <input name="claims" value="{claims}" size="80"></label>
<p><button>Log in</button></form>"""
HIDDEN: Final = '<input type="hidden" name="{}" value="{}">'


def create_issuer(issuer: str) -> Starlette:
    """Return the app, with a key of its own that is never stored."""
    endpoints = Endpoints(issuer)
    paths = {
        "/.well-known/openid-configuration": endpoints.describe,
        "/.well-known/oauth-authorization-server": endpoints.describe,
        "/keys": endpoints.show_keys,
        "/authorize": endpoints.authorize,
        "/token": endpoints.issue_token,
    }
    methods, headers = ["GET", "POST"], ["Authorization", "Content-Type", "X-Requested-With"]
    cors = partial(CORSMiddleware, allow_methods=methods, allow_headers=headers)
    routes = [Route(path, endpoint, methods=methods) for path, endpoint in paths.items()]
    return Starlette(routes=routes, middleware=[Middleware(cors, allow_origin_regex=LOOPBACK)])


class Endpoints:
    """OpenID Connect, as far as a service and its /docs need it."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key = ECKey.generate_key(parameters={"alg": ALGORITHM, "use": "sig"}, auto_kid=True)
        self.logins: dict[str, dict[str, str]] = {}

    async def describe(self, _request: Request) -> Response:
        """Return the metadata (OpenID Connect Discovery, RFC 8414)."""
        metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],  # for each of them /docs has a form
            "code_challenge_methods_supported": ["S256"],
        }
        return JSONResponse(metadata)

    async def show_keys(self, _request: Request) -> Response:
        """Return the public key."""
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        """Ask who logs in, then redirect with a code for the token (RFC 6749, 4.1)."""
        login = dict(request.query_params)
        target = login.get("redirect_uri", "")
        if not re.fullmatch(LOOPBACK, target) or login.get("code_challenge_method") != "S256":
            return refuse("invalid_request")
        if "sub" not in login:
            scope = escape(login.pop("scope", ""))
            hidden = [HIDDEN.format(escape(name), escape(text)) for name, text in login.items()]
            return HTMLResponse(FORM.format(hidden="".join(hidden), scope=scope, claims="{}"))
        code = token_urlsafe()
        self.logins[code] = login
        answer = {"code": code, "state": login.get("state", ""), "iss": self.issuer}
        joint = "&" if "?" in target else "?"
        return RedirectResponse(f"{target}{joint}{urlencode(answer)}", HTTPStatus.FOUND)

    async def issue_token(self, request: Request) -> Response:
        """Return a token for a code (RFC 6749, 4.1.3), or at once, as `poe token` asks."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        if form.get("grant_type") == "client_credentials":
            return self.sign(form)
        login = self.logins.pop(form.get("code", ""), {})
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        expected = urlsafe_b64encode(digest).rstrip(b"=").decode(), form.get("redirect_uri")
        if (login.get("code_challenge"), login.get("redirect_uri")) != expected:
            return refuse("invalid_grant")
        return self.sign(login)

    def sign(self, asked: dict[str, str]) -> Response:
        """Return a token with any subject, scopes and claims (RFC 9068)."""
        now = int(time())
        claims = {"iss": self.issuer, "aud": NAME, "iat": now, "exp": now + LIFETIME}
        claims |= {"sub": asked.get("sub", CLIENT), "scope": asked.get("scope", "")}
        claims |= {"client_id": asked.get("client_id", CLIENT), "jti": token_urlsafe()}
        try:
            claims |= json.loads(asked.get("claims", "{}"))
        except (TypeError, ValueError):
            return refuse("invalid_request")
        header = {"alg": ALGORITHM, "kid": self.key.kid, "typ": "at+jwt"}
        token = {"access_token": jwt.encode(header, claims, self.key), "token_type": "Bearer"}
        headers = {"Cache-Control": "no-store"}
        return JSONResponse(
            token | {"expires_in": LIFETIME, "scope": claims["scope"]}, headers=headers
        )


def refuse(error: str) -> Response:
    """Return an error (RFC 6749, 5.2)."""
    return JSONResponse({"error": error}, HTTPStatus.BAD_REQUEST)
