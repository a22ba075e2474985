"""Queries, rules and silence in endpoints."""

from typing import Final

from tests.mistakes.in_expressions import EXPRESSIONS, LIVE
from tests.mistakes.planted import ENDPOINTS, HEAD, module, route

QUERY: Final = "write the query in a service in app/services"
RULE: Final = "move the logic to a service in app/services"
CONTRACT: Final = "Endpoints hold no queries: write them in app/services"

QUERIES: Final = [
    route(
        "select",
        "return (await db.scalars(select(Product).where(Product.id == product_id))).one()",
        CONTRACT,
        "layers",
        "from sqlalchemy import select\n",
    ),
    route(
        "sql",
        'return (await db.execute(text("SELECT * FROM products"))).one()',
        CONTRACT,
        "layers",
        "import sqlalchemy as sa\nfrom sqlalchemy import text\n",
    ),
    route(
        "get",
        "return await db.get_one(Product, product_id)",
        "SVC101 get_planted uses the session directly (db.get_one)",
    ),
    route(
        "add", 'db.add(Product(name="x", price=1))\nreturn await ProductService(db).get(1)', QUERY
    ),
    route(
        "rollback", "await db.rollback()\nreturn await ProductService(db).get(product_id)", QUERY
    ),
    route(
        "commit",
        "product = await ProductService(db).get(product_id)\nawait commit(db)\nreturn product",
        CONTRACT,
        "layers",
        "from app.db.commit import commit\n",
    ),
    module(
        "helper",
        ENDPOINTS,
        HEAD
        + '''
async def load(product_id: int, session: Db) -> Product:
    """Load it."""
    return await session.get_one(Product, product_id)
''',
        QUERY,
        "rules",
    ),
]

RULES: Final = [
    route(
        "if",
        """
        product = await ProductService(db).get(product_id)
        if product.price:
            product = await ProductService(db).get(1)
        return product
        """,
        f"logic (if product.price:): an endpoint is a signature, a docstring and one call, so {RULE}",
    ),
    route("ternary", "return await ProductService(db).get(product_id if product_id else 1)", RULE),
    route(
        "loop",
        """
        for other in (product_id, 1):
            product = await ProductService(db).get(other)
        return product
        """,
        "logic (for other in (product_id, 1):)",
    ),
    route("sum", "return await ProductService(db).get(product_id + 1)", "logic (product_id + 1)"),
    route(
        "discount",
        """
        product = await ProductService(db).get(product_id)
        product.price *= 2
        return product
        """,
        "logic (product.price *= 2)",
    ),
    route(
        "set",
        """
        product = await ProductService(db).get(product_id)
        product.name = "sold"
        return product
        """,
        "logic (product.name = 'sold')",
    ),
    route(
        "try",
        """
        try:
            return await ProductService(db).get(product_id)
        except ValueError as error:
            raise HTTPException(404) from error
        """,
        "logic (try:)",
    ),
    route("raise", "raise HTTPException(404)", "which raises an error of app/core/errors.py"),
    route(
        "filter",
        """
        page = await ProductService(db).find_page(ProductQuery())
        return [item for item in page.items if item.price][0]
        """,
        "logic (for item in page.items if item.price)",
    ),
    route(
        "two_calls",
        """
        await ProductService(db).delete(product_id)
        return await ProductService(db).get(1)
        """,
        "logic (await ProductService(db).get(1))",
    ),
    route(
        "shared_service",
        """
        service = ProductService(db)
        await service.delete(product_id)
        return await service.get(1)
        """,
        "logic (await service.get(1))",
    ),
    route(
        "extended",
        """
        product = await ProductService(db).get(product_id)
        data = dict(product)
        data["sold"] = 1
        return data
        """,
        "logic (data['sold'] = 1)",
    ),
]

MODEL: Final = "name the schema that clients receive, as in response_model=ProductRead"
SILENCE: Final = [
    module(
        f"model_{name}",
        ENDPOINTS,
        f'''{HEAD}
@router.get("/", {words})
async def list_planted(db: Db) -> {returns}:
    """Return products."""
    return await ProductService(db).get(1)
''',
        says,
        "rules",
    )
    for name, words, returns, says in (
        ("none", "responses=LIST_RESPONSES", "Product", MODEL),
        ("off", "response_model=None, responses=LIST_RESPONSES", "Product", MODEL),
        ("list", "responses=LIST_RESPONSES", "list[Product]", MODEL),
        ("page", "responses=LIST_RESPONSES", "Page[Product]", MODEL),
        ("quoted", "responses=LIST_RESPONSES", '"Product | None"', MODEL),
        ("table", "response_model=Product, responses=LIST_RESPONSES", "Any", MODEL),
        ("any", "responses=LIST_RESPONSES", "Any", MODEL),
        ("dict", "responses=LIST_RESPONSES", "dict[str, Any]", MODEL),
        ("errors", "response_model=ProductRead", "Product", "documents no errors: list them"),
        (
            "hidden",
            "response_model=ProductRead, include_in_schema=False",
            "Product",
            "remove include_in_schema=False",
        ),
    )
] + [
    module(
        "sentence",
        ENDPOINTS,
        f"""{HEAD}
@router.get("/", response_model=ProductRead, responses=READ_RESPONSES)
async def get_planted(db: Db) -> Product:
    return await ProductService(db).get(1)
""",
        "D103 Missing docstring",
        "ruff",
    ),
]

ALL: Final = [*QUERIES, *RULES, *EXPRESSIONS, *LIVE, *SILENCE]
