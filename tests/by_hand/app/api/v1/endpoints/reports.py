"""Routes of reports, which may take longer than other requests."""

from fastapi import APIRouter

from app.api.openapi import COMMON
from app.api.report_deps import ReportDb
from app.models.sales import SalesRead
from app.services.report_service import ReportService

router = APIRouter(prefix="/reports", tags=["reports"])


@router.get("/sales", responses=COMMON)
async def get_sales(db: ReportDb) -> list[SalesRead]:
    """Return what was ordered most; it may take 20 seconds."""
    return await ReportService(db).sales()
