"""Health checks: liveness and readiness."""

from typing import Final, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.types import Scope

from app.api.openapi import READINESS_RESPONSES
from app.db.session import Database

LIVENESS: Final = "/livez"
READINESS: Final = "/readyz"

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The response of a healthy service; otherwise it is a problem document."""

    status: Literal["ok"] = "ok"


@router.get(LIVENESS)
async def check_liveness() -> Health:
    """Report that the process runs; ignores the database, so that a slow one causes no restart."""
    return Health()


@router.get(READINESS, responses=READINESS_RESPONSES)
async def check_readiness(request: Request) -> Health:
    """Report that the database answers; 503 otherwise, so that traffic goes to other instances."""
    database: Database = request.app.state.database
    await database.ping()
    return Health()


def is_check(scope: Scope) -> bool:
    """Return whether a request is a health check, of which telemetry would be full."""
    return scope["path"].removeprefix(scope.get("root_path", "")) in (LIVENESS, READINESS)
