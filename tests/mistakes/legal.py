"""Legitimate code that lies close to a mistake: no tool may say a word about it."""

from typing import Final

from tests.mistakes.legal_live import LIVE_ROUTES, LIVE_SERVICE
from tests.mistakes.planted import CORE, ENDPOINTS, MODELS, SERVICES, Planted, module

REPORT_MODEL: Final = module(
    "report",
    MODELS,
    '''
    """What clients receive of reports."""

    from enum import StrEnum
    from typing import Annotated, Final

    from pydantic import BaseModel, ConfigDict, Field

    from app.models.base import RequestModel

    NAME_MAX_LENGTH: Final = 80
    AMOUNT_MAX: Final = 10_000


    class State(StrEnum):
        """Whether a report is ready."""

        OPEN = "open"
        READY = "ready"


    class ReportRead(BaseModel):
        """A report as a client receives it."""

        model_config = ConfigDict(
            from_attributes=True,
            json_schema_extra={"examples": [{"name": "Sample", "total": 17.5, "state": "ready"}]},
        )

        name: Annotated[str, Field(max_length=NAME_MAX_LENGTH)]
        total: float
        state: State = State.READY


    class RestockCreate(RequestModel):
        """What a client sends to restock."""

        model_config = ConfigDict(json_schema_extra={"examples": [{"amount": 12}]})

        amount: Annotated[int, Field(gt=0, le=AMOUNT_MAX)]
    ''',
)

ERRORS: Final = module(
    "errors",
    CORE,
    '''
    """An error of its own, which holds its message."""

    from http import HTTPStatus

    from app.core.errors import ServiceError


    class SoldOutError(ServiceError):
        """Nothing is left."""

        status = HTTPStatus.CONFLICT
        retry_after = 30

        def __init__(self, name: str) -> None:
            super().__init__(f"There is no {name} left.")
    ''',
)

REPORT_SERVICE: Final = module(
    "report_service",
    SERVICES,
    '''
    """Reports: a raw query, a computation in the background, and two services at work."""

    import asyncio
    from collections.abc import AsyncIterator, Sequence
    from typing import Any, Final

    from sqlalchemy import func, select, text
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.core.planted_errors import SoldOutError
    from app.db.models.product import Product
    from app.models.planted_report import ReportRead, State
    from app.models.product import ProductQuery, ProductUpdate
    from app.services.product_service import ProductService

    TOP: Final = 10
    DEAREST: Final = text(
        "SELECT name, sum(price) AS total FROM products GROUP BY name ORDER BY total DESC LIMIT :top"
    )
    PERCENT: Final = 100


    class PlantedReportService:
        """Rules and queries of reports."""

        def __init__(self, db: AsyncSession) -> None:
            self.db = db
            self.products = ProductService(db)
            self.others = ProductService(db)

        async def dearest(self, top: int = TOP) -> Sequence[tuple[Any, ...]]:
            """Return the names that bring most."""
            return (await self.db.execute(DEAREST, {"top": top})).tuples().all()

        async def restock(self, product_id: int, amount: int) -> Product:
            """Change one product by what another service says, and return it.

            Raises:
                NotFoundError: There is no such product.
                SoldOutError: There is none to be had.
            """
            product = await self.products.get(product_id, lock=True)
            page = await self.others.find_page(ProductQuery(name=product.name))
            if not page.items:
                raise SoldOutError(product.name)
            update = ProductUpdate(price=product.price + amount)
            return await self.products.update(product_id, update)

        async def share(self, part: float) -> float:
            """Compute in a thread, as it takes a while."""
            total = await self.db.scalar(select(func.sum(Product.price))) or 0
            return await asyncio.to_thread(percent, part, total)

        async def summary(self) -> ReportRead:
            """Return one report."""
            report = ReportRead(name="all", total=await self.share(1))
            if report.state == State.OPEN:
                message = f"{report.name} is open."
                raise ValueError(message)
            return report

        async def lines(self) -> AsyncIterator[str]:
            """Give the report line by line."""
            for name, total in await self.dearest():
                yield f"{name},{total}\\n"


    def percent(part: float, total: float) -> float:
        """Return a part in percent."""
        return round(part / total * PERCENT, 2) if total else 0.0
    ''',
)

REPORT_ROUTES: Final = module(
    "reports",
    ENDPOINTS,
    '''
    """Endpoints that are no CRUD."""

    from collections.abc import AsyncIterator
    from http import HTTPStatus
    from typing import Annotated

    from fastapi import APIRouter, BackgroundTasks, Path, Response
    from fastapi.responses import StreamingResponse

    from app.api.deps import Db, Tagged
    from app.api.openapi import COMMON, CONFLICT, LIST_RESPONSES, UPDATE_RESPONSES
    from app.db.models.product import Product
    from app.models.planted_report import ReportRead, RestockCreate
    from app.models.product import ProductRead
    from app.models.types import RowId
    from app.services.planted_report_service import PlantedReportService, percent

    router = APIRouter(prefix="/reports", tags=["reports"])


    @router.get("/summary", responses=COMMON)
    async def get_summary(db: Db, response: Response) -> ReportRead:
        """Return the summary of all products."""
        response.headers["Cache-Control"] = "no-store"
        return await PlantedReportService(db).summary()


    @router.post(
        "/{product_id}/restock", response_model=ProductRead, responses=UPDATE_RESPONSES | CONFLICT
    )
    async def restock_product(
        product_id: Annotated[RowId, Path(description="The product's id.")],
        restock: RestockCreate,
        db: Db,
        reply: Tagged,
    ) -> Product:
        """Add to the stock of a product."""
        return reply.send(await PlantedReportService(db).restock(product_id, restock.amount))


    @router.post("/jobs", status_code=202, responses=COMMON)
    async def start_job(tasks: BackgroundTasks) -> ReportRead:
        """Start a computation that goes on after the answer."""
        tasks.add_task(percent, 1, 2)
        return ReportRead(name="job", total=0)


    @router.get(
        "/lines",
        response_class=StreamingResponse,
        responses=LIST_RESPONSES,
        status_code=HTTPStatus.OK,
    )
    async def list_lines(db: Db) -> StreamingResponse:
        """Return the report line by line."""

        async def give() -> AsyncIterator[str]:
            async for line in PlantedReportService(db).lines():
                yield line

        return StreamingResponse(give(), media_type="text/csv")
    ''',
)

EXCUSED: Final = module(
    "excused",
    CORE,
    '''
    """What is a mistake elsewhere, and is meant here."""


    def answer() -> int:
        """Return the answer."""
        return 42  # noqa: SVC201 - the answer needs no other name
    ''',
)

LEGAL: Final[list[Planted]] = [
    EXCUSED,
    REPORT_MODEL,
    ERRORS,
    REPORT_SERVICE,
    REPORT_ROUTES,
    LIVE_SERVICE,
    LIVE_ROUTES,
]
