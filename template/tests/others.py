"""A caller whose rows are not those of the client of the tests."""

from dataclasses import replace
from typing import Final

from tests.tokens import CALLER

OTHER: Final = replace(CALLER, subject="other", owner="other")
