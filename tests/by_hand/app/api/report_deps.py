"""Dependencies of the reports."""

from typing import Annotated, Final

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.database import within

REPORT_SECONDS: Final = 20

ReportDb = Annotated[AsyncSession, Depends(within(REPORT_SECONDS), scope="function")]
