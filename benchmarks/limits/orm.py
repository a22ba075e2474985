"""FastAPI and the ORM of SQLAlchemy, as tutorials write it: a commit, a refresh, all defaults."""

import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import BigInteger, DateTime, Identity, String, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.limits.models import ProductCreate, ProductPage, ProductRead, ProductUpdate

engine = create_async_engine(os.environ["DATABASE_URL"].replace("://", "+asyncpg://", 1))
sessions = async_sessionmaker(engine)
app = FastAPI()


class Base(DeclarativeBase):
    """The registry of tables."""


class Product(Base):
    """A product."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    price: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    version: Mapped[int] = mapped_column(BigInteger, default=1)


async def get_db() -> AsyncIterator[AsyncSession]:
    """Yield a session."""
    async with sessions() as session:
        yield session


Db = Annotated[AsyncSession, Depends(get_db)]


async def find(db: AsyncSession, product_id: int) -> Product:
    """Return a row, or answer 404."""
    product = await db.get(Product, product_id)
    if product is None:
        raise HTTPException(404)
    return product


@app.get("/api/v1/products/", response_model=ProductPage)
async def list_products(db: Db, after: int = 0, limit: int = 20) -> dict[str, Any]:
    """Return one page."""
    statement = select(Product).where(Product.id > after).order_by(Product.id).limit(limit + 1)
    rows = (await db.execute(statement)).scalars().all()
    following = rows[limit - 1].id if len(rows) > limit else None
    return {"items": rows[:limit], "next_cursor": following}


@app.post("/api/v1/products/", response_model=ProductRead, status_code=201)
async def create_product(product: ProductCreate, db: Db) -> Product:
    """Store a row."""
    row = Product(**product.model_dump())
    db.add(row)
    await db.commit()
    await db.refresh(row)
    return row


@app.get("/api/v1/products/{product_id}", response_model=ProductRead)
async def get_product(product_id: int, db: Db) -> Product:
    """Return a row."""
    return await find(db, product_id)


@app.patch("/api/v1/products/{product_id}", response_model=ProductRead)
async def update_product(product_id: int, product: ProductUpdate, db: Db) -> Product:
    """Change a row."""
    row = await find(db, product_id)
    for field, value in product.model_dump(exclude_unset=True).items():
        setattr(row, field, value)
    await db.commit()
    await db.refresh(row)
    return row
