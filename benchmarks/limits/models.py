"""The schemas of all apps, with the limits of the service."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class ProductCreate(BaseModel):
    """What a client sends to create a product."""

    name: str = Field(min_length=1, max_length=100)
    price: float = Field(gt=0)


class ProductUpdate(BaseModel):
    """What a client sends to change a product."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    price: float | None = Field(default=None, gt=0)


class ProductRead(BaseModel):
    """A product as a client receives it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    price: float
    created_at: datetime


class ProductPage(BaseModel):
    """One page of products."""

    model_config = ConfigDict(from_attributes=True)

    items: list[ProductRead]
    next_cursor: int | None
