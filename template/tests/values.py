"""Distinct values, for fields that are unique."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Final

NUMBERS: Final = count(1)
FIRST_DAY: Final = date(2026, 1, 31)


def day(number: int) -> str:
    """Return the day this many days after the first."""
    return (FIRST_DAY + timedelta(days=number)).isoformat()


def encode(number: int, letters: str, length: int) -> str:
    """Return the last digits of a number, with these letters as digits."""
    word = ""
    for _ in range(length):
        number, digit = divmod(number, len(letters))
        word = letters[digit] + word
    return word


def decimal_text(number: int, decimal_places: int) -> str:
    """Return a number of units in the last place as a decimal."""
    return f"{Decimal(number).scaleb(-decimal_places):f}"
