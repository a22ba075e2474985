"""Mistakes in the tables and in the migration."""

from typing import Final

from tests.mutations.mutation import (
    CUSTOMERS,
    MIGRATIONS,
    OF_CUSTOMER,
    OF_ORDER,
    OF_REFERRER,
    ORDERS,
    UNIQUE,
    mutate,
)

CUSTOMER: Final = "app/db/models/customer.py"
ORDER: Final = "app/db/models/order.py"
INVOICE: Final = "app/db/models/invoice.py"
BASE: Final = "app/db/base.py"
FIRST: Final = "migrations/versions/0001_initial.py"
RANK_UNIQUE: Final = """        sa.UniqueConstraint(
            "rank",
            name=op.f("uq_orders_rank"),
        ),
"""
PRICE_CHECK: Final = """        sa.CheckConstraint(
            "price >= 0",
            name=op.f("ck_orders_price"),
        ),
"""
SEEN_AT_INDEX: Final = """    op.create_index(
        op.f("ix_orders_seen_at"),
        "orders",
        ["seen_at"],
    )
"""
RANK: Final = "rank: Mapped[int] = mapped_column(unique=True)"
CASCADE: Final = 'ondelete="CASCADE"'
RESTRICT: Final = 'ondelete="RESTRICT"'
SET_NULL: Final = 'ondelete="SET NULL"'
NO_KEY: Final = "rank: Mapped[int] = mapped_column()"

TABLES: Final = [
    mutate("not unique", UNIQUE, (ORDER, RANK, NO_KEY), (FIRST, RANK_UNIQUE, "")),
    mutate("not unique in the code", MIGRATIONS, (ORDER, RANK, NO_KEY)),
    mutate("not unique in the database", MIGRATIONS, (FIRST, RANK_UNIQUE, "")),
    mutate(
        "restrict becomes cascade",
        OF_CUSTOMER,
        (ORDER, RESTRICT, CASCADE),
        (FIRST, RESTRICT, CASCADE),
    ),
    mutate(
        "set null becomes restrict",
        OF_REFERRER,
        (ORDER, SET_NULL, RESTRICT),
        (FIRST, SET_NULL, RESTRICT),
    ),
    mutate(
        "cascade becomes restrict",
        OF_ORDER,
        (INVOICE, CASCADE, RESTRICT),
        (FIRST, CASCADE, RESTRICT),
    ),
    mutate("on_delete changed in the code", MIGRATIONS, (INVOICE, CASCADE, RESTRICT)),
    mutate("on_delete changed in the database", MIGRATIONS, (FIRST, CASCADE, RESTRICT)),
    mutate(
        "check missing in the code",
        MIGRATIONS,
        (ORDER, '        CheckConstraint(price >= PRICE_GE, name="price"),\n', ""),
    ),
    mutate("check missing in the database", MIGRATIONS, (FIRST, PRICE_CHECK, "")),
    mutate(
        "another check in the code", MIGRATIONS, (ORDER, "price >= PRICE_GE", "price > PRICE_GE")
    ),
    mutate(
        "another check in the database",
        MIGRATIONS,
        (FIRST, '"rank > 0 AND rank < 11"', '"rank > 0 AND rank < 12"'),
    ),
    mutate(
        "another pattern in the database",
        MIGRATIONS,
        (FIRST, "'^[^@ ]+@[^@ ]+$'", "'^[^@ ]+@[^@ ]*$'"),
    ),
    mutate(
        "index missing in the code",
        MIGRATIONS,
        (CUSTOMER, "hidden: Mapped[bool] = mapped_column(index=True)", "hidden: Mapped[bool]"),
    ),
    mutate("index missing in the database", MIGRATIONS, (FIRST, SEEN_AT_INDEX, "")),
    mutate(
        "shorter in the database",
        MIGRATIONS,
        (FIRST, '"name", sa.String(length=100)', '"name", sa.String(length=90)'),
    ),
    mutate(
        "nullable in the database",
        MIGRATIONS,
        (
            FIRST,
            '"grade", sa.BigInteger(), nullable=False',
            '"grade", sa.BigInteger(), nullable=True',
        ),
    ),
    mutate(
        "a column of another type",
        MIGRATIONS,
        (FIRST, '"ratio", sa.Double()', '"ratio", sa.BigInteger()'),
    ),
    mutate(
        "fewer places in the database",
        MIGRATIONS,
        (FIRST, "precision=8, scale=2", "precision=8, scale=1"),
    ),
    mutate(
        "not null in both",
        CUSTOMERS,
        (CUSTOMER, "Mapped[date | None]", "Mapped[date]"),
        (FIRST, '"born_on", sa.Date(), nullable=True', '"born_on", sa.Date(), nullable=False'),
    ),
    mutate("a table that stays", MIGRATIONS, (FIRST, '    op.drop_table("orders")\n', "")),
    mutate(
        "changes are not counted",
        ORDERS,
        (BASE, '    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}\n', ""),
    ),
]
