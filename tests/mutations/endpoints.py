"""Mistakes in the routes."""

from typing import Final

from tests.mutations.mutation import (
    CUSTOMERS,
    DELETED,
    OF_CUSTOMER,
    OF_REFERRER,
    ORDERS,
    UNIQUE,
    VERSIONED,
    mutate,
)

ORDER: Final = "app/api/v1/endpoints/orders.py"
OWN: Final = "app/api/v1/endpoints/orders_of_customer.py"
REPLY: Final = "app/api/reply.py"

ENDPOINTS: Final = [
    mutate("create answers 200", ORDERS, (ORDER, "HTTPStatus.CREATED", "HTTPStatus.OK")),
    mutate(
        "create without Location",
        ORDERS,
        (ORDER, "db: Db, reply: Created", "db: Db, reply: Tagged"),
    ),
    mutate(
        "Location without the id",
        ORDERS,
        (REPLY, "{self.collection}/{row.id}", "{self.collection}/"),
    ),
    mutate("no ETag", ORDERS, (REPLY, "        self.response.headers[ETAG] = etag_of(row)\n", "")),
    mutate("If-None-Match ignored", ORDERS, (ORDER, "reply: Conditional", "reply: Tagged")),
    mutate("update ignores If-Match", VERSIONED, (ORDER, "order, if_match))", "order))")),
    mutate(
        "update answers 202",
        ORDERS,
        (
            ORDER,
            "response_model=OrderRead, responses=UPDATE",
            "response_model=OrderRead, status_code=202, responses=UPDATE",
        ),
    ),
    mutate(
        "delete ignores If-Match",
        VERSIONED,
        (ORDER, "delete(order_id, if_match)", "delete(order_id)"),
    ),
    mutate("delete answers 200", DELETED, (ORDER, "HTTPStatus.NO_CONTENT", "HTTPStatus.OK")),
    mutate(
        "create tells the version",
        ORDERS,
        (
            ORDER,
            "    response_model=OrderRead,\n    status",
            "    response_model=None,\n    status",
        ),
    ),
    mutate(
        "get tells another model",
        ORDERS,
        (
            ORDER,
            "response_model=OrderRead, responses=READ",
            "response_model=OrderCreate, responses=READ",
        ),
    ),
    mutate("any id", ORDERS, (ORDER, "Annotated[RowId, ", "Annotated[int, ")),
    mutate(
        "another id",
        CUSTOMERS,
        ("app/api/v1/endpoints/customers.py", "Annotated[UUID, ", "Annotated[str, "),
    ),
    mutate("another path", ORDERS, (ORDER, 'prefix="/orders"', 'prefix="/order"')),
    mutate(
        "conflict undocumented",
        UNIQUE,
        (ORDER, "CREATE_RESPONSES | CONFLICT,", "CREATE_RESPONSES,"),
    ),
    mutate(
        "no link to the next page",
        ORDERS,
        (REPLY, "headers[LINK] = f", "headers[ETAG] = f"),
    ),
    mutate("children missing", OF_CUSTOMER, (OWN, '@router.get("/", ', '@router.get("/all", ')),
    mutate(
        "children answer 201",
        OF_CUSTOMER,
        (OWN, "response_model=OrderPage,", "response_model=OrderPage, status_code=201,"),
    ),
    mutate(
        "children tell another model",
        OF_CUSTOMER,
        (OWN, "response_model=OrderPage,", "response_model=None,"),
    ),
    mutate(
        "children of the wrong owner",
        OF_REFERRER,
        (OWN.replace("customer", "referrer"), "find_page_of_referrer", "find_page_of_customer"),
    ),
]
