"""Routes of shipments."""

from http import HTTPStatus

from fastapi import APIRouter, BackgroundTasks

from app.api.deps import Db, Sessions
from app.api.openapi import ONE_ROW
from app.db.models.order import Order
from app.models.order import OrderRead
from app.models.types import RowId
from app.services.order_service import OrderService
from app.services.shipping_service import ship_later

router = APIRouter(prefix="/shipments", tags=["shipments"])


@router.post(
    "/{order_id}",
    response_model=OrderRead,
    status_code=HTTPStatus.ACCEPTED,
    responses=ONE_ROW,
)
async def ship_order(order_id: RowId, db: Db, tasks: BackgroundTasks, sessions: Sessions) -> Order:
    """Ship an order once the client has its response."""
    order = await OrderService(db).get(order_id)
    tasks.add_task(ship_later, sessions, order.id)
    return order
