"""FastAPI alone: a constant response."""

from datetime import UTC, datetime
from typing import Any, Final

from fastapi import FastAPI

from benchmarks.limits.models import ProductRead

ANSWER: Final = {
    "id": 1,
    "name": "Sample",
    "price": 1.5,
    "created_at": datetime(2026, 1, 31, tzinfo=UTC),
}

app = FastAPI()


@app.get("/api/v1/products/{product_id}", response_model=ProductRead)
async def get_product(product_id: int) -> dict[str, Any]:
    """Return a constant row with this id."""
    return ANSWER | {"id": product_id}
