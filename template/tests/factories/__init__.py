"""What clients send, and rows; every value can be overridden."""

from itertools import count
from typing import Final

NUMBERS: Final = count(1)
