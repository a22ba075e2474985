"""Dependencies of the endpoints, as annotated aliases."""

from typing import Annotated

from fastapi import Depends, Header
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.database import get_db
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

# The function scope ends before the answer is sent, so a failure to end well is still told.
Db = Annotated[AsyncSession, Depends(get_db, scope="function")]

IfMatch = Annotated[
    str | None,
    Header(description="Go on only if this is the row's ETag (RFC 9110, 13.1.1)."),
]

Conditional = Annotated[ConditionalReply, Depends(conditional)]
Created = Annotated[CreatedReply, Depends(created)]
Paged = Annotated[PageReply, Depends(paged)]
Tagged = Annotated[TaggedReply, Depends(tagged)]
