"""Routes of orders with their items."""

from http import HTTPStatus

from fastapi import APIRouter

from app.api.deps import Db
from app.api.openapi import COMMON, WITH_BODY
from app.models.basket import Basket, BasketCreate
from app.services.basket_service import BasketRows, BasketService

router = APIRouter(prefix="/baskets", tags=["baskets"])


@router.post(
    "/",
    response_model=Basket,
    status_code=HTTPStatus.CREATED,
    responses=COMMON | WITH_BODY,
)
async def create_basket(basket: BasketCreate, db: Db) -> BasketRows:
    """Create an order together with its items."""
    return await BasketService(db).create(basket)
