"""FastAPI and a pool of asyncpg: one statement for each request, and nothing else."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
from fastapi import FastAPI, HTTPException

from benchmarks.limits.models import ProductCreate, ProductPage, ProductRead, ProductUpdate

CONNECTIONS: Final = 10
PAGE: Final = "SELECT id, name, price, created_at FROM products WHERE id > $1 ORDER BY id LIMIT $2"
ONE: Final = "SELECT id, name, price, created_at FROM products WHERE id = $1"
CREATE: Final = """\
INSERT INTO products (name, price, version) VALUES ($1, $2, 1)
RETURNING id, name, price, created_at"""
UPDATE: Final = """\
UPDATE products SET name = coalesce($2, name), price = coalesce($3, price), version = version + 1
WHERE id = $1 RETURNING id, name, price, created_at"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep the pool open for as long as the app runs."""
    url = os.environ["DATABASE_URL"]
    async with asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


async def fetch_one(statement: str, *values: Any) -> dict[str, Any]:
    """Return the one row of a statement, or answer 404."""
    row = await app.state.pool.fetchrow(statement, *values)
    if row is None:
        raise HTTPException(404)
    return dict(row)


@app.get("/api/v1/products/", response_model=ProductPage)
async def list_products(after: int = 0, limit: int = 20) -> dict[str, Any]:
    """Return one page."""
    rows = await app.state.pool.fetch(PAGE, after, limit + 1)
    following = rows[limit - 1]["id"] if len(rows) > limit else None
    return {"items": [dict(row) for row in rows[:limit]], "next_cursor": following}


@app.post("/api/v1/products/", response_model=ProductRead, status_code=201)
async def create_product(product: ProductCreate) -> dict[str, Any]:
    """Store a row."""
    return await fetch_one(CREATE, product.name, product.price)


@app.get("/api/v1/products/{product_id}", response_model=ProductRead)
async def get_product(product_id: int) -> dict[str, Any]:
    """Return a row."""
    return await fetch_one(ONE, product_id)


@app.patch("/api/v1/products/{product_id}", response_model=ProductRead)
async def update_product(product_id: int, product: ProductUpdate) -> dict[str, Any]:
    """Change a row."""
    return await fetch_one(UPDATE, product_id, product.name, product.price)
