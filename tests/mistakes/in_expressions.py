"""Decisions and calculations in endpoints, also in those that are live."""

from typing import Final

from tests.mistakes.planted import ENDPOINTS, HEAD, module, route

# Each stands for itself: Python has no other words that decide or calculate.
PRODUCTS: Final = "(await ProductService(db).find_page(ProductQuery())).items"
EXPRESSIONS: Final = [
    route(name, f"return {expression}", f"logic ({says}")
    for name, expression, says in (
        (
            "either",
            "await ProductService(db).get(1) or await ProductService(db).get(2)",
            "await ProductService(db).get(1) or await",
        ),
        ("both", "product_id and await ProductService(db).get(1)", "product_id and await"),
        ("not", "await ProductService(db).get(not product_id)", "not product_id"),
        ("minus", "await ProductService(db).get(-product_id)", "-product_id"),
        ("walrus", "await ProductService(db).get((number := product_id))", "(number := product_id"),
        ("slice", f"{PRODUCTS}[:product_id]", ":product_id"),
        ("lambda", f"{PRODUCTS}.sort(key=lambda item: item.price)", "lambda item: item.price"),
        ("sorted", f"sorted({PRODUCTS})", "sorted("),
        ("min", f"min({PRODUCTS}, key=attrgetter('price'))", "min("),
        ("max", f"max(item.price for item in {PRODUCTS})", "max("),
        ("total", f"sum(item.price for item in {PRODUCTS})", "sum("),
        ("any", f"any(item.price for item in {PRODUCTS})", "any("),
        ("all", f"all(map(str, {PRODUCTS}))", "all("),
        ("filtered", f"list(filter(None, {PRODUCTS}))", "filter("),
        ("mapped", f"list(map(ProductRead.model_validate, {PRODUCTS}))", "map("),
        ("zipped", f"dict(zip({PRODUCTS}, {PRODUCTS}))", "zip("),
        ("length", f"len({PRODUCTS})", "len("),
        ("rounded", "await ProductService(db).get(round(product_id))", "round(product_id)"),
        ("shift", "await ProductService(db).get(product_id << 1)", "product_id << 1"),
    )
] + [
    route("assert", "assert product_id\nreturn await ProductService(db).get(1)", "logic (assert "),
    route(
        "setattr",
        """
        product = await ProductService(db).get(product_id)
        setattr(product, "name", product_id)
        return product
        """,
        "logic (setattr(product, 'name', product_id))",
    ),
]

LIVE: Final = [
    module(
        "poll",
        ENDPOINTS,
        f'''{HEAD}
@router.get("/", responses=LIST_RESPONSES)
async def list_planted(db: Db) -> AsyncIterator[ProductRead]:
    """Yield products for ever."""
    while True:
        yield await ProductService(db).get(1)
''',
        "logic (while True:)",
        "rules",
    ),
    *(
        module(
            f"socket_{name}",
            ENDPOINTS,
            f'''{HEAD}
@router.websocket("/ws")
async def greet(websocket: WebSocket, sessions: Sessions) -> None:
    """Answer each message."""
    await websocket.accept()
    async for message in websocket.iter_text():
        {line}
''',
            says,
            "rules",
        )
        for name, line, says in (
            ("if", "message and await websocket.send_text(message)", "logic (message and "),
            ("sum", 'await websocket.send_text(message + "!")', "logic (message + '!')"),
            ("sort", "await websocket.send_json(sorted(message))", "logic (sorted(message))"),
        )
    ),
    module(
        "socket_session",
        ENDPOINTS,
        f'''{HEAD}
@router.websocket("/ws")
async def count(websocket: WebSocket, sessions: Sessions) -> None:
    """Send a product."""
    await websocket.accept()
    async with sessions.session() as db:
        await websocket.send_json(await db.get_one(Product, 1))
''',
        "SVC101 count uses the session directly (db.get_one)",
        "rules",
    ),
    *(
        module(
            f"alias_{alias}",
            ENDPOINTS,
            f'''{HEAD}
@router.get("/", response_model=ProductRead, responses=READ_RESPONSES)
async def get_planted(db: {alias}) -> Product:
    """Return a product."""
    return await db.get_one(Product, 1)
''',
            "SVC101 get_planted uses the session directly (db.get_one)",
            "rules",
        )
        for alias in ("StreamDb", "ReportDb")
    ),
]
