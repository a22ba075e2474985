"""Who sends a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, and what for: the subject, the scopes and all claims of the token.

    `owner` owns the rows that the caller creates; it is None if the token does not name one.
    """

    subject: str
    scopes: frozenset[str]
    claims: Mapping[str, Any]
    owner: str | None
