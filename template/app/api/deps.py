"""Dependencies of the endpoints, as annotated aliases.

All of them are coroutines: what is not, a class among them, FastAPI calls in a thread.
"""

from typing import Annotated

from fastapi import Depends, Header, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.database import get_db
from app.api.reply import ConditionalReply, CreatedReply, PageReply, TaggedReply

# The function scope ends before the answer is sent, so a failure to end well is still told.
Db = Annotated[AsyncSession, Depends(get_db, scope="function")]

IfMatch = Annotated[
    str | None,
    Header(description="Go on only if this is the row's ETag (RFC 9110, 13.1.1)."),
]
IfNoneMatch = Annotated[
    str | None,
    Header(description="Answer 304 if this is the row's ETag (RFC 9110, 13.1.2)."),
]


async def conditional(response: Response, if_none_match: IfNoneMatch = None) -> ConditionalReply:
    """Return what answers with a row, or with 304."""
    return ConditionalReply(response, if_none_match)


async def created(request: Request, response: Response) -> CreatedReply:
    """Return what answers with a new row."""
    return CreatedReply(request, response)


async def paged(request: Request, response: Response) -> PageReply:
    """Return what answers with a page."""
    return PageReply(request, response)


async def tagged(response: Response) -> TaggedReply:
    """Return what answers with a row."""
    return TaggedReply(response)


Conditional = Annotated[ConditionalReply, Depends(conditional)]
Created = Annotated[CreatedReply, Depends(created)]
Paged = Annotated[PageReply, Depends(paged)]
Tagged = Annotated[TaggedReply, Depends(tagged)]
