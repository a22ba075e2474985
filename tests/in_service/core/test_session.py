"""Sessions of many requests at once."""

import asyncio

from sqlalchemy import text

from app.core.config import Settings
from tests.variants import database_with


async def test_sessions_are_served_in_order_of_arrival(settings: Settings) -> None:
    served: list[int] = []

    async with database_with(settings, database_pool_size=1) as single:

        async def serve(number: int) -> None:
            for _ in range(2):
                async with single.session(read_only=True) as session:
                    await session.execute(text("SELECT 1"))
                    served.append(number)

        await asyncio.gather(*(serve(number) for number in range(8)))
    assert served == [*range(8), *range(8)]
