"""Dependencies of the endpoints, as annotated aliases."""

from typing import Annotated

from fastapi import Depends, Header
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.database import AppDatabase, get_db, get_stream_db
from app.api.reply import (
    ConditionalReply,
    CreatedReply,
    PageReply,
    TaggedReply,
    conditional,
    created,
    paged,
    tagged,
)

# Scope "function" ends before the response is sent, so an error at its end is still reported.
Db = Annotated[AsyncSession, Depends(get_db, scope="function")]

# Scope "request" ends after the response has been sent.
StreamDb = Annotated[AsyncSession, Depends(get_stream_db, scope="request")]

# For what runs outside of a request: `async with sessions.session() as db`.
Sessions = AppDatabase

IfMatch = Annotated[
    str | None,
    Header(description="Write only if this is the row's ETag (RFC 9110, 13.1.1)."),
]

Conditional = Annotated[ConditionalReply, Depends(conditional)]
Created = Annotated[CreatedReply, Depends(created)]
Paged = Annotated[PageReply, Depends(paged)]
Tagged = Annotated[TaggedReply, Depends(tagged)]
