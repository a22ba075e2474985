"""Quotes of prices."""

from typing import Final

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.models.product import Product
from app.models.quote import Quote, QuoteRequest

UNKNOWN: Final = "There is no product with this name."
MALFORMED: Final = 'Send the name of a product, as in {"name": "Sample"}.'


class QuoteService:
    """Rules and queries of quotes."""

    def __init__(self, db: AsyncSession) -> None:
        self.db = db

    async def answer(self, message: str) -> Quote:
        """Return the quote that a client asks for; a wrong message is no reason to disconnect."""
        try:
            request = QuoteRequest.model_validate_json(message)
        except ValidationError:
            return Quote(error=MALFORMED)
        lowest = select(func.min(Product.price)).where(Product.name == request.name)
        price = await self.db.scalar(lowest)
        return Quote(price=price, error=UNKNOWN if price is None else None)
