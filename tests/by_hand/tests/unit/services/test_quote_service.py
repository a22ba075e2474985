"""QuoteService, against the real database."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.quote import Quote
from app.services.quote_service import MALFORMED, UNKNOWN, QuoteService
from tests.factories import product as product_factory


async def test_the_lowest_price_of_a_name_is_quoted(db: AsyncSession) -> None:
    for price in (3, 2, 4):
        await product_factory.create(db, name="Lamp", price=price)
    assert await QuoteService(db).answer('{"name": "Lamp"}') == Quote(price=2)


async def test_an_unknown_name_has_no_price(db: AsyncSession) -> None:
    assert await QuoteService(db).answer('{"name": "Lamp"}') == Quote(error=UNKNOWN)


@pytest.mark.parametrize("message", ["", "{}", "[", "Lamp", '{"name": 5}', '{"name": "\\u0000"}'])
async def test_a_wrong_message_is_answered(db: AsyncSession, message: str) -> None:
    assert await QuoteService(db).answer(message) == Quote(error=MALFORMED)
