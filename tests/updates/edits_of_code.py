"""What owners do to the code: their own methods, routes, settings, names and formats."""

from pathlib import Path
from random import Random
from typing import Final

from tests.updates.text import append, insert_before, number, rename, replace

SERVICE: Final = "app/services/product_service.py"
ROUTES: Final = "app/api/v1/endpoints/products.py"
MODELS: Final = "app/models/product.py"
TABLE: Final = "app/db/models/product.py"
CONFIG: Final = "app/core/config.py"
MAIN: Final = "app/main.py"
ERRORS: Final = "app/core/errors.py"
CONFTEST: Final = "tests/conftest.py"
VERBS: Final = ("create", "get", "find_page", "update", "delete")
METHOD: Final = '''
    async def count_{n}(self) -> int:
        """Return how many products there are."""
        statement = select(Product.id)
        return len((await self.db.scalars(statement)).all())
'''
ROUTE: Final = '''

@router.get("/count/{n}", responses=LIST_RESPONSES)
async def count_products_{n}() -> int:
    """Return how many products there were."""
    return {n}
'''
ERROR: Final = '''

class Own{n}Error(ServiceError):
    """What only this service has."""

    status = HTTPStatus.CONFLICT
'''
FIXTURE: Final = '''

@pytest.fixture
def own_{n}() -> int:
    """What only this service has."""
    return {n}
'''
SETTING: Final = """\
    own_{n}: int = Field(default={n}, ge=0, description="What only this service has.")
"""


def add_method_at_the_end(place: Path, random: Random) -> None:
    append(place / SERVICE, METHOD.format(n=number(random)))


def add_method_in_between(place: Path, random: Random) -> None:
    verb = random.choice(VERBS[1:])
    text = METHOD.format(n=number(random)).removeprefix("\n") + "\n"
    insert_before(place / SERVICE, f"    async def {verb}(", text)


def add_line_to_a_method(place: Path, random: Random) -> None:
    line = f"        marked_{number(random)} = product.id\n"
    replace(place / SERVICE, "        return product\n", f"{line}        return product\n")


def add_route_at_the_end(place: Path, random: Random) -> None:
    append(place / ROUTES, ROUTE.format(n=number(random)))


def add_route_in_between(place: Path, random: Random) -> None:
    text = ROUTE.format(n=number(random)).removeprefix("\n\n") + "\n\n"
    insert_before(place / ROUTES, "@router.delete(", text)


def change_a_docstring(place: Path, random: Random) -> None:
    old = random.choice(
        ["Store a product and return its row.", "Delete the row.", "Return the row with this id,"]
    )
    replace(place / SERVICE, old, f"{old[:-1]}, says number {number(random)}{old[-1]}")


def rename_a_variable(place: Path, random: Random) -> None:
    rename(place / SERVICE, "data", f"received_{number(random)}")


def change_a_limit(place: Path, random: Random) -> None:
    limit = random.randrange(20, 99)
    replace(place / MODELS, "NAME_MAX_LENGTH: Final = 100", f"NAME_MAX_LENGTH: Final = {limit}")


def add_field_to_an_answer(place: Path, random: Random) -> None:
    replace(
        place / MODELS,
        "    created_at: datetime\n",
        f"    created_at: datetime\n    version_{number(random)}: int = 1\n",
    )


def add_property_to_a_table(place: Path, random: Random) -> None:
    text = (
        f"\n    @property\n    def label_{number(random)}(self) -> str:\n"
        '        """What it is called."""\n        return str(self.id)\n'
    )
    append(place / TABLE, text)


def add_error_at_the_end(place: Path, random: Random) -> None:
    append(place / ERRORS, ERROR.format(n=number(random)))


def add_fixture_at_the_end(place: Path, random: Random) -> None:
    append(place / CONFTEST, FIXTURE.format(n=number(random)))


def add_setting_at_the_end(place: Path, random: Random) -> None:
    insert_before(place / CONFIG, "\n\ndef load_settings", SETTING.format(n=number(random)))


def add_setting_in_between(place: Path, random: Random) -> None:
    insert_before(place / CONFIG, "    log_level:", SETTING.format(n=number(random)))


def change_a_default(place: Path, random: Random) -> None:
    replace(place / CONFIG, "default=10,", f"default={random.randrange(11, 99)},")


def add_middleware(place: Path, random: Random) -> None:
    constant = f"OWN_{number(random)}"
    replace(place / MAIN, "\n\ndef create_app", f'\n{constant} = "own"\n\n\ndef create_app')
    replace(
        place / MAIN,
        "    app.include_router(health.router)\n",
        f"    app.include_router(health.router)\n    app.state.own = {constant}\n",
    )


def reorder_imports(place: Path, random: Random) -> None:
    file = place / random.choice([SERVICE, ROUTES, MAIN, MODELS])
    lines = file.read_text().splitlines(keepends=True)
    found = [
        index
        for index, line in enumerate(lines)
        if line.startswith("from app.") and ")" not in line
    ]
    singles = [index for index in found if not lines[index].rstrip().endswith("(")]
    first, last = singles[0], singles[-1]
    lines[first], lines[last] = lines[last], lines[first]
    file.write_text("".join(lines))


def reformat(place: Path, random: Random) -> None:
    """As an owner who likes other quotes and a trailing comment does."""
    file = place / random.choice([CONFIG, ROUTES, "app/api/health.py", "app/core/etag.py"])
    text = file.read_text()
    file.write_text(text.replace(' = "', " = '").replace('"\n', "'  # own style\n", 1))


def comment_anywhere(place: Path, random: Random) -> None:
    """Write a comment of one's own before any statement of any module."""
    modules = sorted((place / "app").rglob("*.py")) + sorted((place / "tests").rglob("*.py"))
    file = random.choice([module for module in modules if len(module.read_text()) > 200])
    lines = file.read_text().splitlines(keepends=True)
    starts = [
        index
        for index, line in enumerate(lines)
        if line.startswith(("def ", "class ", "async def "))
    ]
    if starts:
        lines.insert(random.choice(starts), f"# Ours: number {number(random)}.\n")
    file.write_text("".join(lines))
