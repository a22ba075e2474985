"""What clients send and receive for an order with its items."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.models.base import RequestModel
from app.models.order import NoteText, OrderRead
from app.models.order_item import AmountInt, NameText, OrderItemRead

ITEMS_MAX: Final = 100

EXAMPLE: Final[JsonDict] = {"note": "Sample", "items": [{"name": "Sample", "amount": 1}]}


class BasketItem(RequestModel):
    """An item of an order that does not exist yet."""

    name: NameText
    amount: AmountInt


class BasketCreate(RequestModel):
    """What a client sends to create an order with its items."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    note: NoteText | None = None
    items: Annotated[list[BasketItem], Field(min_length=1, max_length=ITEMS_MAX)]


class Basket(BaseModel):
    """An order with its items, as a client receives them."""

    model_config = ConfigDict(from_attributes=True)

    order: OrderRead
    items: list[OrderItemRead]
