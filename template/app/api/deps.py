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

# Scope "function" ends before the response is sent, so an error at its end is still reported.
Db = Annotated[AsyncSession, Depends(get_db, scope="function")]

IfMatch = Annotated[
    str | None,
    Header(description="Write only if this is the row's ETag (RFC 9110, 13.1.1)."),
]

Conditional = Annotated[ConditionalReply, Depends(conditional)]
Created = Annotated[CreatedReply, Depends(created)]
Paged = Annotated[PageReply, Depends(paged)]
Tagged = Annotated[TaggedReply, Depends(tagged)]
