"""A module that is planted into a service, and what has to be said about it."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import Final

ENDPOINTS: Final = "app/api/v1/endpoints"
SERVICES: Final = "app/services"
TABLES: Final = "app/db/models"
MODELS: Final = "app/models"
CORE: Final = "app/core"

ROUTES: Final = '''\
"""Routes."""

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, HTTPException, Query, Response

from app.api.deps import Created, Db, Paged
from app.api.openapi import LIST_RESPONSES, READ_RESPONSES, UPDATE_RESPONSES
from app.db.models.product import Product
from app.db.pagination import Page
from app.models.product import ProductPage, ProductQuery, ProductRead
from app.services.product_service import ProductService

router = APIRouter(prefix="/planted", tags=["planted"])


@router.get("/{product_id}", response_model=ProductRead, responses=READ_RESPONSES)
async def get_planted(product_id: int, db: Db) -> Product:
    """Return a product."""
'''
HEAD: Final = ROUTES.partition("@router.get")[0]
SERVICE: Final = '''\
"""A service."""

from sqlalchemy.ext.asyncio import AsyncSession


class PlantedService:
    """Rules."""

    def __init__(self, db: AsyncSession) -> None:
        self.db = db

    async def work(self) -> None:
        """Work."""
'''


@dataclass(frozen=True)
class Planted:
    """A module, the tool that has to see it, and what that must say; nothing of either if legal."""

    name: str
    folder: str
    text: str
    tool: str = ""
    says: str = ""

    @property
    def path(self) -> str:
        """The place of the module in a service."""
        return f"{self.folder}/planted_{self.name}.py"

    @property
    def module(self) -> str:
        """The name that it is imported by."""
        return self.path.removesuffix(".py").replace("/", ".")

    def plant(self, service: Path) -> None:
        """Write the module."""
        (service / self.path).write_text(self.text)


def route(name: str, body: str, says: str, tool: str = "rules", top: str = "") -> Planted:
    """Return an endpoint with this body."""
    text = ROUTES.replace("\n\nfrom typing", f"\n\n{top}from typing", 1) + lines(body, 4)
    return Planted(name, ENDPOINTS, text, tool, says)


def method(name: str, body: str, says: str, tool: str = "ruff", top: str = "") -> Planted:
    """Return a service with a method of this body."""
    text = SERVICE.replace("\n\nfrom sqlalchemy", f"\n\n{top}from sqlalchemy", 1) + lines(body, 8)
    return Planted(name, SERVICES, text, tool, says)


def module(name: str, folder: str, text: str, says: str = "", tool: str = "") -> Planted:
    """Return a module that is written out."""
    return Planted(name, folder, lines(text, 0), tool, says)


def lines(text: str, depth: int) -> str:
    """Return a text of this test suite as it stands in a module."""
    return indent(dedent(text).strip("\n"), " " * depth) + "\n"
