"""Mistakes in the rules."""

from typing import Final

from tests.mutations.mutation import (
    CHANGED,
    DELETED,
    FILTERED,
    OF_CUSTOMER,
    OF_REFERRER,
    ORDERED,
    ORDERS,
    SERVICES,
    UNIQUE,
    VERSIONED,
    mutate,
)

ORDER: Final = "app/services/order_service.py"
COMMITS: Final = "tests/unit/db/test_commit.py"
PAGINATION: Final = "tests/unit/db/test_pagination.py"
COMMIT: Final = "app/db/commit.py"
PAGES: Final = "app/db/pagination.py"
ETAG: Final = "app/core/etag.py"
LOCKED: Final = (
    "order = await self.get(order_id, lock=True)\n        require_match(order, if_match)\n"
)
UPDATE: Final = f"        {LOCKED}        for field"
OWN: Final = (
    "own = ALL_ROWS.filter_by(customer_id=customer_id)\n"
    "        return await fetch_page(self.db, own, Order, query"
)
DELETE: Final = f"        {LOCKED}        await delete_row"

RULES: Final = [
    mutate(
        "create does not commit",
        ORDERS,
        (
            ORDER,
            "add(order)\n        await commit(self.db)",
            "add(order)\n        await self.db.flush()",
        ),
    ),
    mutate(
        "create ignores a field",
        FILTERED,
        (ORDER, "Order(**data.model_dump())", 'Order(**data.model_dump() | {"stock": 0})'),
    ),
    mutate(
        "get returns nothing",
        ORDERS,
        (ORDER, "raise NotFoundError(RESOURCE, order_id)", "return order"),
    ),
    mutate(
        "get names another resource",
        SERVICES,
        (ORDER, "NotFoundError(RESOURCE, order_id)", "NotFoundError(CUSTOMER_RESOURCE, order_id)"),
    ),
    mutate(
        "list ignores its filters",
        FILTERED,
        (ORDER, "ALL_ROWS, Order, query, query.filters())", "ALL_ROWS, Order, query)"),
    ),
    mutate(
        "update ignores the version",
        VERSIONED,
        (ORDER, UPDATE, UPDATE.replace("require_match(order, if_match)", "pass")),
    ),
    mutate("update does not lock", SERVICES, (ORDER, UPDATE, UPDATE.replace(", lock=True", ""))),
    mutate(
        "update ignores a field",
        CHANGED,
        (ORDER, "data.model_dump().items()", 'data.model_dump(exclude={"stock"}).items()'),
    ),
    mutate(
        "update does not commit",
        CHANGED,
        (
            ORDER,
            "setattr(order, field, value)\n        await commit(self.db)",
            "setattr(order, field, value)\n        await self.db.flush()",
        ),
    ),
    mutate(
        "delete ignores the version",
        VERSIONED,
        (ORDER, DELETE, DELETE.replace("require_match(order, if_match)", "pass")),
    ),
    mutate("delete does not lock", SERVICES, (ORDER, DELETE, DELETE.replace(", lock=True", ""))),
    mutate(
        "delete does not commit",
        DELETED,
        (
            ORDER,
            "delete_row(self.db, order)\n        await commit(self.db)",
            "delete_row(self.db, order)\n        await self.db.flush()",
        ),
    ),
    mutate(
        "delete does not count what becomes null",
        OF_REFERRER,
        (
            "app/services/customer_service.py",
            "delete_row(self.db, customer)",
            "self.db.delete(customer)",
        ),
    ),
    mutate(
        "children of nothing",
        OF_CUSTOMER,
        (
            ORDER,
            "            raise NotFoundError(CUSTOMER_RESOURCE, customer_id)",
            "            pass",
        ),
    ),
    mutate(
        "children of all",
        OF_CUSTOMER,
        (ORDER, "ALL_ROWS.filter_by(customer_id=customer_id)", "ALL_ROWS"),
    ),
    mutate(
        "children of the other reference",
        OF_REFERRER,
        (ORDER, "filter_by(referrer_id=referrer_id)", "filter_by(customer_id=referrer_id)"),
    ),
    mutate(
        "children ignore filters",
        OF_CUSTOMER,
        (
            ORDER,
            f"{OWN}, query.filters())",
            f"{OWN})",
        ),
    ),
    mutate("conflict untold", UNIQUE, (COMMIT, "    UNIQUE_VIOLATION: ConflictError,\n", "")),
    mutate(
        "unknown reference untold",
        COMMITS,
        (COMMIT, "UnknownReferenceError),", "RefusedValueError),"),
    ),
    mutate(
        "still referenced untold",
        OF_CUSTOMER,
        (COMMIT, '.startswith("DELETE")', '.startswith("DROP")'),
    ),
    mutate("one page only", PAGINATION, (PAGES, "LIMIT: query.limit + 1", "LIMIT: query.limit")),
    mutate(
        "order not total",
        ORDERED,
        (PAGES, "(column.desc(), table.id.desc())", "(column.desc(), table.id)"),
    ),
    mutate("weak tags match", SERVICES, (ETAG, "etag in tags\n", "True\n")),
]
