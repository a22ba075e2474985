"""Paths match with and without a trailing slash, and neither form redirects."""

from typing import Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Match, Router
from starlette.types import Receive, Scope, Send

from app.api.middleware import GET, HEAD

RETRIED: Final = "app.path_before_slash"


class SlashTolerance:
    """The default of a router for an unknown path: try the other form of the path, once."""

    def __init__(self, router: Router) -> None:
        self.router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request under the other form of its path."""
        if scope["type"] == "http" and RETRIED not in scope:
            # In place, so that the middleware sees the limit of the body of the route found.
            scope[RETRIED] = scope["path"]
            scope.update(other_form(scope))
            await self.router.app(scope, receive, send)
        else:
            await self.router.not_found(scope, receive, send)


def other_form(scope: Scope) -> Scope:
    """Return the scope with the trailing slash of its path removed or added."""
    path: str = scope["path"]
    return {**scope, "path": path.rstrip("/") if path.endswith("/") else f"{path}/"}


def allowed_methods(app: FastAPI, scope: Scope) -> str:
    """Return all methods of a path, for `Allow` (RFC 9110, 10.2.1).

    FastAPI lists those of one route only; here each method has its own route.
    """
    methods: set[str] = set()
    for route in iter_route_contexts(app.routes):
        for form in (scope, other_form(scope)):
            if route.matches(form)[0] is not Match.NONE:
                methods |= route.methods or set()
    if GET in methods:
        methods.add(HEAD)
    return ", ".join(sorted(methods))
