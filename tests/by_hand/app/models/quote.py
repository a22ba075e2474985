"""What clients send and receive over the websocket for prices."""

from pydantic import BaseModel

from app.models.base import RequestModel
from app.models.types import Text


class QuoteRequest(RequestModel):
    """The name of a product."""

    name: Text


class Quote(BaseModel):
    """The lowest price of the products with a name, or why there is none."""

    price: float | None = None
    error: str | None = None
