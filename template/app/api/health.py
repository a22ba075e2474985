"""Health: whether the process lives, and whether it can work."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.api.openapi import READINESS_RESPONSES
from app.db.session import Database

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """A good answer; a bad one is a problem document."""

    status: Literal["ok"] = "ok"


@router.get("/livez")
async def check_liveness() -> Health:
    """Answer that the process runs; touches nothing else, so a slow database restarts nobody."""
    return Health()


@router.get("/readyz", responses=READINESS_RESPONSES)
async def check_readiness(request: Request) -> Health:
    """Answer that the database does, or 503 so that traffic goes elsewhere meanwhile."""
    database: Database = request.app.state.database
    await database.ping()
    return Health()
