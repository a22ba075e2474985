"""Headers for the row or the page in a response.

The dependencies are coroutines: FastAPI calls anything else, even a class, in a thread.
"""

from typing import Annotated, Final, Protocol, TypeVar
from urllib.parse import quote, urlencode

from fastapi import Header, Request, Response, status
from fastapi.exceptions import HTTPException

from app.core.etag import Versioned, etag_of, matches_weakly

ETAG: Final = "ETag"
LOCATION: Final = "Location"
LINK: Final = "Link"
RETRY_AFTER: Final = "Retry-After"

IfNoneMatch = Annotated[
    str | None,
    Header(description="Answer 304 if this is the row's ETag (RFC 9110, 13.1.2)."),
]


class Row(Versioned, Protocol):
    """A row with an id."""

    @property
    def id(self) -> object:
        """The id, unique in its table."""


class PageLike(Protocol):
    """A page that may have a next one."""

    @property
    def next_cursor(self) -> str | None:
        """The cursor of the next page."""


RowT = TypeVar("RowT", bound=Row)
PageT = TypeVar("PageT", bound=PageLike)


class TaggedReply:
    """Responds with a row and its `ETag`."""

    def __init__(self, response: Response) -> None:
        self.response = response

    def send(self, row: RowT) -> RowT:
        """Set the headers and return the row."""
        self.response.headers[ETAG] = etag_of(row)
        return row


class CreatedReply(TaggedReply):
    """Responds with a new row, its `ETag` and its `Location`."""

    def __init__(self, request: Request, response: Response) -> None:
        super().__init__(response)
        self.collection = quote(request.scope["path"].rstrip("/"))

    def send(self, row: RowT) -> RowT:
        """Set the headers and return the row."""
        self.response.headers[LOCATION] = f"{self.collection}/{row.id}"
        return super().send(row)


class ConditionalReply(TaggedReply):
    """Responds with a row, or with 304 if the client has it already."""

    def __init__(self, response: Response, if_none_match: str | None) -> None:
        super().__init__(response)
        self.if_none_match = if_none_match

    def send(self, row: RowT) -> RowT:
        """Set the headers and return the row."""
        etag = etag_of(row)
        if self.if_none_match is not None and matches_weakly(self.if_none_match, etag):
            raise HTTPException(status.HTTP_304_NOT_MODIFIED, headers={ETAG: etag})
        return super().send(row)


class PageReply:
    """Responds with a page and the `Link` to the next one (RFC 8288)."""

    def __init__(self, request: Request, response: Response) -> None:
        self.request = request
        self.response = response

    def send(self, page: PageT) -> PageT:
        """Set the headers and return the page."""
        if page.next_cursor is not None:
            query = urlencode({**self.request.query_params, "cursor": page.next_cursor})
            path = quote(self.request.scope["path"])
            self.response.headers[LINK] = f'<{path}?{query}>; rel="next"'
        return page


async def conditional(response: Response, if_none_match: IfNoneMatch = None) -> ConditionalReply:
    """Return the reply for a row, or 304."""
    return ConditionalReply(response, if_none_match)


async def created(request: Request, response: Response) -> CreatedReply:
    """Return the reply for a new row."""
    return CreatedReply(request, response)


async def paged(request: Request, response: Response) -> PageReply:
    """Return the reply for a page."""
    return PageReply(request, response)


async def tagged(response: Response) -> TaggedReply:
    """Return the reply for a row."""
    return TaggedReply(response)
