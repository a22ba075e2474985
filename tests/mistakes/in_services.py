"""Blocking calls, missing types, values without names and messages where they are raised."""

from typing import Final

from tests.mistakes.planted import CORE, MODELS, SERVICES, TABLES, method, module

CLASS: Final = '''
"""A service."""


class PlantedService:
    """Rules."""
'''

BLOCKING: Final = [
    method("sleep", "time.sleep(1)", "await asyncio.sleep", top="import time\n\n"),
    method("sleep_async", "time.sleep(1)", "ASYNC251", top="import time\n\n"),
    method("requests", "requests.get(self.url)", "use httpx2.AsyncClient", top="import requests\n"),
    method("urllib", "urlopen(self.url)", "TID251", top="from urllib.request import urlopen\n\n"),
    method("open", 'with open("x") as file:\n    file.read()', "ASYNC230"),
    method("path", 'Path("x").read_text()', "ASYNC240", top="from pathlib import Path\n\n"),
    method("run", 'subprocess.run(["ls"])', "ASYNC221", top="import subprocess\n\n"),
    method(
        "psycopg2",
        "psycopg2.connect(self.url)",
        "use the session that a service gets",
        top="import psycopg2\n",
    ),
    method("sqlite", 'sqlite3.connect("x")', "not PostgreSQL", top="import sqlite3\n\n"),
    method(
        "engine",
        "create_engine(self.url).connect()",
        "use the session that a service gets",
        top="from sqlalchemy import create_engine\n",
    ),
    method(
        "session",
        "with Session() as session:\n    session.commit()",
        "use AsyncSession",
        top="from sqlalchemy.orm import Session\n",
    ),
]

TYPES: Final = [
    module(f"types_{name}", SERVICES, f"{CLASS}{signature}", says, tool)
    for name, signature, says, tool in (
        ("argument", "\n    def add(self, a) -> int:\n        return 1\n", "ANN001", "ruff"),
        ("result", "\n    async def add(self, a: int):\n        return a\n", "ANN201", "ruff"),
        ("private", "\n    def _add(self, a: int):\n        return a\n", "ANN202", "ruff"),
        ("others", "\n    def add(self, *a, **b) -> int:\n        return 1\n", "ANN002", "ruff"),
        ("bare", "\n    def add(self, a: list) -> None:\n        print(a)\n", "type-arg", "types"),
        ("none", '\n    def add(self, a: int):\n        """Add."""\n', "ANN201", "ruff"),
        ("init", "\n    def __init__(self, a: int):\n        self.a = a\n", "ANN204", "ruff"),
        (
            "within",
            "\n    def add(self) -> None:\n        def one():\n            pass\n        one()\n",
            "ANN202",
            "ruff",
        ),
    )
]

NUMBER: Final = "name it at the top of the module"
VALUES: Final = [
    method("limit", "if len(self.names) > 50:\n    return", "PLR2004"),
    method("number", "await asyncio.sleep(30)", f"30 is a hard-coded value: {NUMBER}", "rules"),
    method(
        "tax", "self.total = self.total * 1.19", f"1.19 is a hard-coded value: {NUMBER}", "rules"
    ),
    method("word", 'if self.status == "paid":\n    return', "a member of a StrEnum", "rules"),
    method(
        "words", 'if self.status in ("a1", "b1"):\n    return', "a member of a StrEnum", "rules"
    ),
    method("address", 'await self.ask("https://example.com")', "a setting in app/core", "rules"),
    module(
        "default",
        SERVICES,
        '''
        """A service."""

        def find(limit: int = 25) -> int:
            """Find."""
            return limit
        ''',
        f"25 is a hard-coded value: {NUMBER}",
        "rules",
    ),
    module(
        "field",
        MODELS,
        '''
        """A model."""

        from pydantic import BaseModel, Field


        class Planted(BaseModel):
            """A model."""

            name: str = Field(max_length=80)
        ''',
        f"80 is a hard-coded value: {NUMBER}",
        "rules",
    ),
    module(
        "column",
        TABLES,
        '''
        """A table."""

        class Planted(RowMixin, Base):
            """A table."""

            __tablename__ = "planted"

            name: Mapped[str] = mapped_column(String(80))
        ''',
        f"80 is a hard-coded value: {NUMBER}",
        "rules",
    ),
]

INLINE: Final = "message = …"
MESSAGES: Final = [
    method("literal", 'raise ValueError("It is not there.")', "EM101"),
    method("formatted", 'raise ValueError(f"{self} is not there.")', "EM102"),
    method("format", 'raise ValueError("{} is not there.".format(self))', "EM103"),
    method("percent", 'raise ValueError("%s is not there" % self)', INLINE, "rules"),
    method("joined", 'raise ValueError("Not there: " + self.name)', INLINE, "rules"),
    method("keyword", 'raise ServiceError(detail="It is not there.")', INLINE, "rules"),
    method("second", 'raise NotFoundError(self.id, "There is none.")', INLINE, "rules"),
    method("kept", 'error = ValueError("It is not there.")\nraise error', INLINE, "rules"),
    module(
        "http",
        "app/api",
        '''
        """Errors."""

        def answer() -> None:
            """Answer."""
            raise HTTPException(status_code=404, detail="Not found")
        ''',
        INLINE,
        "rules",
    ),
    module(
        "response",
        "app/api",
        '''
        """Errors."""

        def answer() -> Response:
            """Answer."""
            return JSONResponse({"detail": "Not found"}, status_code=404)
        ''',
        INLINE,
        "rules",
    ),
]

FASTAPI: Final = "elsewhere raise an error of app/core/errors.py"
LAYERS: Final = [
    method(
        "http_error",
        "raise HTTPException(404)",
        FASTAPI,
        "layers",
        "from fastapi import HTTPException\n",
    ),
    method(
        "starlette",
        "raise HTTPException(404)",
        FASTAPI,
        "layers",
        "from starlette.exceptions import HTTPException\n",
    ),
    method(
        "status",
        "self.code = status.HTTP_404_NOT_FOUND",
        FASTAPI,
        "layers",
        "from fastapi import status\n",
    ),
    method(
        "api",
        "await get_db()",
        "Layers point one way",
        "layers",
        "from app.api.database import get_db\n",
    ),
    module(
        "table",
        TABLES,
        '"""A table."""\n\nfrom app.services.product_service import ProductService\n',
        "Layers point one way",
        "layers",
    ),
    module(
        "table_later",
        TABLES,
        '"""A table."""\n\ndef late() -> None:\n    import app.services.product_service\n',
        "Layers point one way",
        "layers",
    ),
    module(
        "core",
        CORE,
        '"""Core."""\n\nfrom app.db.base import Base\n',
        "Layers point one way",
        "layers",
    ),
]
LEFT: Final = [
    method("breakpoint", "breakpoint()", "T100"),
    method("pdb", "pdb.set_trace()", "T100", top="import pdb\n\n"),
    method("print", "print(self.db)", "T201"),
]

ALL: Final = [*BLOCKING, *TYPES, *VALUES, *MESSAGES, *LAYERS, *LEFT]
