"""Values of which no two are the same, for fields that are unique."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Final

NUMBERS: Final = count(1)
FIRST_DAY: Final = date(2026, 1, 31)


def day(number: int) -> str:
    """Return the day this many days after the first."""
    return (FIRST_DAY + timedelta(days=number)).isoformat()


def spell(number: int, letters: str, length: int) -> str:
    """Return the end of a number, written with these letters as its digits."""
    word = ""
    for _ in range(length):
        number, digit = divmod(number, len(letters))
        word = letters[digit] + word
    return word


def decimal_text(number: int, decimal_places: int) -> str:
    """Return the decimal with this many of its last places."""
    return f"{Decimal(number).scaleb(-decimal_places):f}"
