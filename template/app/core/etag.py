"""Entity tags (RFC 9110, 8.8.3) made from the version of a row."""

import re
from typing import Final, Protocol

from app.core.errors import PreconditionFailedError

ANY: Final = "*"
ENTITY_TAG: Final = re.compile(r'(W/)?("[^"]*")')


class Versioned(Protocol):
    """A row with a version."""

    @property
    def version(self) -> int:
        """The version, 1 for a new row; each change increments it."""


def etag_of(row: Versioned) -> str:
    """Return the strong entity tag of the row."""
    return f'"{row.version}"'


def matches_weakly(header: str, etag: str) -> bool:
    """Return whether `If-None-Match` names the tag, weak or strong (RFC 9110, 13.1.2)."""
    return header.strip() == ANY or etag in (tag for _, tag in ENTITY_TAG.findall(header))


def matches_strongly(header: str, etag: str) -> bool:
    """Return whether `If-Match` names the tag; a weak one never matches (RFC 9110, 13.1.1)."""
    tags = (tag for weak, tag in ENTITY_TAG.findall(header) if not weak)
    return header.strip() == ANY or etag in tags


def require_match(row: Versioned, if_match: str | None) -> None:
    """Check that `If-Match`, if it was sent, names the row's version.

    Raises:
        PreconditionFailedError: The row has another version.
    """
    etag = etag_of(row)
    if if_match is not None and not matches_strongly(if_match, etag):
        raise PreconditionFailedError(etag)
