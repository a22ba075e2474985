"""What a later release may bring to the files of each resource."""

from pathlib import Path
from typing import Final

from tests.updates.text import append, insert_before, rename, replace

RESOURCE: Final = "{% yield resource from entities %}{{ resource.name }}{% endyield %}"
PLURAL: Final = "{% yield resource from entities %}{{ resource.plural }}{% endyield %}"
SERVICE: Final = f"app/services/{RESOURCE}_service.py.jinja"
ROUTES: Final = f"app/api/v1/endpoints/{PLURAL}.py.jinja"
MODELS: Final = f"app/models/{RESOURCE}.py.jinja"
TABLE: Final = f"app/db/models/{RESOURCE}.py.jinja"
METHOD: Final = '''
    async def exists(self, row_id: {{ resource.id_python }}) -> bool:
        """Tell whether there is such a row."""
        return await self.db.get({{ class }}, row_id) is not None
'''
ROUTE: Final = '''

@router.options("/")
async def describe_{{ resource.plural }}() -> None:
    """Say what can be done."""
'''


def new_method(root: Path) -> None:
    append(root / SERVICE, METHOD)


def new_method_in_between(root: Path) -> None:
    text = METHOD.replace("exists", "is_there").removeprefix("\n") + "\n"
    insert_before(root / SERVICE, "{{ wrap('async def find_page(',", text)


def new_lines_in_methods(root: Path) -> None:
    text = (root / SERVICE).read_text()
    old = "        await commit(self.db)\n"
    (root / SERVICE).write_text(text.replace(old, f"        await self.db.flush()\n{old}"))


def new_docstrings(root: Path) -> None:
    replace(root / SERVICE, "Delete the row.", "Delete the row for good.")
    replace(root / SERVICE, "and return its row.", "and return the row as it is stored.")


def new_name_of_a_variable(root: Path) -> None:
    rename(root / SERVICE, "data", "received")


def new_order_of_methods(root: Path) -> None:
    text = (root / SERVICE).read_text()
    start = text.index("{{ wrap('async def get(',")
    end = text.index("{{ wrap('async def find_page(',")
    moved = text[start:end].rstrip("\n")
    (root / SERVICE).write_text(text[:start] + text[end:] + f"\n{moved}\n")


def new_route(root: Path) -> None:
    append(root / ROUTES, ROUTE)


def new_parameter_of_routes(root: Path) -> None:
    replace(root / ROUTES, "prefix=\"/'", "include_in_schema=True, prefix=\"/'")


def new_import_in_routes(root: Path) -> None:
    replace(
        root / ROUTES,
        "from app.db.pagination import Page\n",
        "from app.db.pagination import Page\nfrom app.core import errors\n",
    )


def new_field_of_answers(root: Path) -> None:
    line = "    created_at: datetime\n"
    replace(root / MODELS, line, f"{line}    updated_at: datetime | None = None\n")


def new_class_of_models(root: Path) -> None:
    append(root / MODELS, '\n\nclass {{ class }}List({{ class }}Page):\n    """Another name."""\n')


def new_tables(root: Path) -> None:
    replace(root / TABLE, "    __tablename__ =", "    __abstract__ = False\n    __tablename__ =")
