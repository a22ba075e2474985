"""FastAPI and sessions of SQLAlchemy at their best, and nothing else.

Reads without a transaction, statements built once, one INSERT or UPDATE that returns the row. The
upper limit for a service with `db: AsyncSession` and rows of the ORM.
"""

import os
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from benchmarks.limits.models import ProductCreate, ProductPage, ProductRead, ProductUpdate
from benchmarks.limits.orm import Product

CONNECTIONS: Final = 10
PAGE: Final = (
    select(Product)
    .where(Product.id > bindparam("after"))
    .order_by(Product.id)
    .limit(bindparam("limit"))
)
ONE: Final = select(Product).where(Product.id == bindparam("row_id"))
CREATE: Final = insert(Product).returning(Product)
CHANGED: Final = {
    column: func.coalesce(bindparam(f"new_{column.key}"), column)
    for column in (Product.name, Product.price)
}
UPDATE: Final = (
    update(Product)
    .where(Product.id == bindparam("row_id"))
    .values({**CHANGED, Product.version: Product.version + 1})
    .returning(Product)
)

engine = create_async_engine(
    os.environ["DATABASE_URL"].replace("://", "+asyncpg://", 1),
    pool_size=CONNECTIONS,
    max_overflow=0,
    isolation_level="AUTOCOMMIT",
)
sessions = async_sessionmaker(engine)
app = FastAPI()


async def get_db() -> AsyncIterator[AsyncSession]:
    """Yield a session."""
    async with sessions() as session:
        yield session


Db = Annotated[AsyncSession, Depends(get_db)]


def found(row: Product | None) -> Product:
    """Return a row, or answer 404."""
    if row is None:
        raise HTTPException(404)
    return row


@app.get("/api/v1/products/", response_model=ProductPage)
async def list_products(db: Db, after: int = 0, limit: int = 20) -> dict[str, Any]:
    """Return one page."""
    selected = await db.scalars(PAGE, {"after": after, "limit": limit + 1})
    rows: Sequence[Product] = selected.all()
    following = rows[limit - 1].id if len(rows) > limit else None
    return {"items": rows[:limit], "next_cursor": following}


@app.post("/api/v1/products/", response_model=ProductRead, status_code=201)
async def create_product(product: ProductCreate, db: Db) -> Product:
    """Store a row."""
    return found(await db.scalar(CREATE, {**product.model_dump(), "version": 1}))


@app.get("/api/v1/products/{product_id}", response_model=ProductRead)
async def get_product(product_id: int, db: Db) -> Product:
    """Return a row."""
    return found(await db.scalar(ONE, {"row_id": product_id}))


@app.patch("/api/v1/products/{product_id}", response_model=ProductRead)
async def update_product(product_id: int, product: ProductUpdate, db: Db) -> Product:
    """Change a row."""
    new = {f"new_{field}": value for field, value in product.model_dump().items()}
    return found(await db.scalar(UPDATE, {"row_id": product_id, **new}))
