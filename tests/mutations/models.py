"""Mistakes in what clients send and receive."""

from typing import Final

from tests.mutations.mutation import (
    BADLY_CHANGED,
    CUSTOMERS,
    DOCUMENT,
    FILTERED,
    INVOICES,
    ORDERED,
    ORDERS,
    SERVICES,
    mutate,
)

CUSTOMER: Final = "app/models/customer.py"
ORDER: Final = "app/models/order.py"
INVOICE: Final = "app/models/invoice.py"
SHARED: Final = "app/models/base.py"

MODELS: Final = [
    mutate(
        "min_length lost", CUSTOMERS, (CUSTOMER, "Field(min_length=NAME_MIN_LENGTH, ", "Field(")
    ),
    mutate(
        "min_length too high",
        CUSTOMERS,
        (CUSTOMER, "MIN_LENGTH: Final = 1", "MIN_LENGTH: Final = 2"),
    ),
    mutate("max_length lost", CUSTOMERS, (CUSTOMER, ", max_length=NAME_MAX_LENGTH)", ")")),
    mutate(
        "max_length too low", CUSTOMERS, (CUSTOMER, "_LENGTH: Final = 100", "_LENGTH: Final = 99")
    ),
    mutate("pattern lost", CUSTOMERS, (CUSTOMER, ", pattern=EMAIL_PATTERN", "")),
    mutate("NUL accepted", CUSTOMERS, (CUSTOMER, ", WITHOUT_NUL]", "]")),
    mutate("le becomes lt", CUSTOMERS, (CUSTOMER, "le=GRADE_LE", "lt=GRADE_LE")),
    mutate("le lost", CUSTOMERS, (CUSTOMER, ", le=RATIO_LE", "")),
    mutate("ge of a float becomes gt", CUSTOMERS, (CUSTOMER, "ge=RATIO_GE", "gt=RATIO_GE")),
    mutate("gt becomes ge", ORDERS, (ORDER, "gt=RANK_GT", "ge=RANK_GT")),
    mutate("lt becomes le", ORDERS, (ORDER, "lt=RANK_LT", "le=RANK_LT")),
    mutate("lt too low", ORDERS, (ORDER, "RANK_LT: Final = 11", "RANK_LT: Final = 10")),
    mutate("ge becomes gt", ORDERS, (ORDER, "ge=STOCK_GE", "gt=STOCK_GE")),
    mutate(
        "int without the limits of its column",
        ORDERS,
        (ORDER, "Annotated[Int64, Field(ge=S", "Annotated[int, Field(ge=S"),
    ),
    mutate("max_digits too high", ORDERS, (ORDER, "max_digits=PRICE_MAX_DIGITS", "max_digits=9")),
    mutate("max_digits too low", ORDERS, (ORDER, "max_digits=PRICE_MAX_DIGITS", "max_digits=7")),
    mutate("decimal_places lost", ORDERS, (ORDER, ", decimal_places=PRICE_DECIMAL_PLACES", "")),
    mutate("to_scale lost", ORDERS, (ORDER, "    to_scale(PRICE_DECIMAL_PLACES),\n", "")),
    mutate("enum without a value", ORDERS, (ORDER, '    DONE_2 = "done_2"\n', "")),
    mutate(
        "enum with another value",
        ORDERS,
        (ORDER, '    DONE_2 = "done_2"\n', '    DONE_2 = "done_2"\n    X = "no such value"\n'),
    ),
    mutate(
        "enum is any text",
        ORDERS,
        (
            ORDER,
            "    status: OrderStatus\n    seen_at: UtcDatetime",
            "    status: str\n    seen_at: UtcDatetime",
        ),
    ),
    mutate("time without a zone", ORDERS, (ORDER, "seen_at: UtcDatetime\n", "seen_at: datetime\n")),
    mutate(
        "time not in UTC",
        ORDERS,
        (
            ORDER,
            "import Int64, UtcDatetime, to_scale\n",
            "import AwareDatetime as UtcDatetime\nfrom app.models.types import Int64, to_scale\n",
        ),
    ),
    mutate(
        "text of a JSON document unchecked",
        INVOICES,
        (INVOICE, "payload: JsonObject\n", "payload: dict[str, object]\n"),
    ),
    mutate(
        "max_length of a text too low",
        INVOICES,
        (INVOICE, "_LENGTH: Final = 2000", "_LENGTH: Final = 1999"),
    ),
    mutate(
        "required becomes optional",
        ORDERS,
        (ORDER, "price: PriceDecimal\n", "price: PriceDecimal = Decimal(0)\n"),
    ),
    mutate(
        "optional becomes required",
        CUSTOMERS,
        (
            CUSTOMER,
            "born_on: date | None = None\n\n\nclass CustomerUpdate",
            "born_on: date\n\n\nclass CustomerUpdate",
        ),
    ),
    mutate(
        "null refused in a new row",
        INVOICES,
        (INVOICE, "note: NoteText | None = None", "note: NoteText = MISSING"),
    ),
    mutate(
        "null refused in a change", CUSTOMERS, (CUSTOMER, "date | MISSING | None", "date | MISSING")
    ),
    mutate(
        "null accepted in a change",
        BADLY_CHANGED,
        (ORDER, "PriceDecimal | MISSING", "PriceDecimal | MISSING | None"),
    ),
    mutate("default of a number", ORDERS, (ORDER, "StockInt = 0", "StockInt = 1")),
    mutate(
        "default of a flag", CUSTOMERS, (CUSTOMER, "hidden: bool = False", "hidden: bool = True")
    ),
    mutate(
        "change without limits",
        CUSTOMERS,
        (CUSTOMER, "name: NameText | MISSING", "name: Text | MISSING"),
    ),
    mutate("change needs a field", ORDERS, (ORDER, "RankInt | MISSING = MISSING", "RankInt")),
    mutate("change lacks a field", ORDERS, (ORDER, "    rank: RankInt | MISSING = MISSING\n", "")),
    mutate(
        "unknown fields ignored",
        ORDERS,
        (ORDER, "class OrderCreate(RequestModel)", "class OrderCreate(BaseModel)"),
    ),
    mutate(
        "unknown fields of a change ignored",
        ORDERS,
        (ORDER, "class OrderUpdate(RequestModel)", "class OrderUpdate(BaseModel)"),
    ),
    mutate("unknown fields ignored by all", ORDERS, (SHARED, 'extra="forbid"', 'extra="ignore"')),
    mutate("answer lacks a field", ORDERS, (ORDER, "    price: Decimal\n", "")),
    mutate(
        "answer tells the version",
        ORDERS,
        (ORDER, "    seen_at: datetime\n", "    seen_at: datetime\n    version: int\n"),
    ),
    mutate("page tells whole rows", ORDERS, (ORDER, "(Page[OrderRead])", "(Page[OrderCreate])")),
    mutate("filter missing", FILTERED, (ORDER, "    seen_at: UtcDatetime | None = None\n", "")),
    mutate("filters ignored", FILTERED, (SHARED, 'exclude={"limit",', 'exclude={"rank", "limit",')),
    mutate("order missing", ORDERED, (ORDER, '        "-price",\n', "")),
    mutate("another order by default", SERVICES, (ORDER, '    ] = "id"\n', '    ] = "-id"\n')),
    mutate("page without a limit", ORDERS, (SHARED, "le=PAGE_LIMIT_MAX, ", "")),
    mutate("example lacks a field", DOCUMENT, (ORDER, '    "rank": 1,\n', "")),
]
