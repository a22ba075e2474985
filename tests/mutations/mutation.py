"""A mistake, the service that it is made in, and its tests."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from tests.answer_sets import REF, TYPES, Spec, resource

RESOURCES: Final[list[Spec]] = [
    resource(
        "customer",
        email=TYPES["email"] | {"optional": False, "unique": True},
        name=TYPES["title"],
        grade=TYPES["grade"],
        ratio=TYPES["ratio"],
        hidden=TYPES["hidden"],
        born_on=TYPES["born_on"],
    )
    | {"id": "uuid"},
    resource(
        "order",
        customer=REF | {"to": "customer"},
        referrer=REF | {"to": "customer", "optional": True, "on_delete": "set_null"},
        rank=TYPES["rank"],
        stock=TYPES["stock"],
        price={"type": "decimal", "ge": 0, "max_digits": 8, "decimal_places": 2},
        status=TYPES["status"],
        seen_at=TYPES["seen_at"] | {"unique": False, "index": True},
    ),
    resource(
        "invoice",
        order=REF | {"to": "order", "unique": True, "on_delete": "cascade"},
        note={"type": "text", "optional": True, "min_length": 2, "max_length": 2000},
        payload=TYPES["payload"],
    ),
]

API: Final = "tests/integration/api"
CUSTOMERS: Final = f"{API}/test_customer_endpoints.py"
ORDERS: Final = f"{API}/test_order_endpoints.py"
INVOICES: Final = f"{API}/test_invoice_endpoints.py"
OF_CUSTOMER: Final = f"{API}/test_orders_of_customer_endpoints.py"
OF_REFERRER: Final = f"{API}/test_orders_of_referrer_endpoints.py"
OF_ORDER: Final = f"{API}/test_invoices_of_order_endpoints.py"
DOCUMENT: Final = f"{API}/test_openapi.py"
SERVICES: Final = "tests/unit/services/test_order_service.py"
MIGRATIONS: Final = "tests/integration/test_migrations.py"
ALL: Final = (
    *(CUSTOMERS, ORDERS, INVOICES, OF_CUSTOMER, OF_REFERRER, OF_ORDER),
    *(DOCUMENT, SERVICES, MIGRATIONS),
)
# Tests of orders that come late in their module.
BADLY_CHANGED: Final = f"{ORDERS}::test_update_refuses_a_bad_value_and_changes_nothing"
CHANGED: Final = f"{ORDERS}::test_update_changes_the_row_and_its_etag"
DELETED: Final = f"{ORDERS}::test_delete_removes_the_row"
FILTERED: Final = f"{ORDERS}::test_list_filters_by_equality"
ORDERED: Final = f"{ORDERS}::test_list_returns_every_row_once_in_order"
UNIQUE: Final = f"{ORDERS}::test_rank_is_unique"
VERSIONED: Final = f"{ORDERS}::test_a_change_of_another_version_is_refused"
TIMES: Final = count(10**9)


@dataclass(frozen=True)
class Mutation:
    """A mistake, the tests that have to see it, and its places.

    A place is a file, a text that stands there once, and the text that is written instead.
    """

    name: str
    tests: str
    places: tuple[tuple[str, str, str], ...]

    @contextmanager
    def applied(self, service: Path) -> Iterator[None]:
        """Make the mistake in a service, and take it back at the end.

        Raises:
            AssertionError: A text does not stand in its file exactly once.
        """
        with ExitStack() as edits:
            for file, old, new in self.places:
                edits.enter_context(edited(service / file, old, new))
            yield


@contextmanager
def edited(path: Path, old: str, new: str) -> Iterator[None]:
    """Write another text in a file, and put the old one back at the end."""
    text, status = path.read_text(), path.stat()
    assert text.count(old) == 1, f"{text.count(old)} times in {path}: {old}"
    path.write_text(text.replace(old, new))
    # A compiled file is taken for that of a source of the same size and time.
    os.utime(path, (next(TIMES), next(TIMES)))
    yield
    path.write_text(text)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def mutate(name: str, tests: str, *places: tuple[str, str, str]) -> Mutation:
    """Return a mutation."""
    return Mutation(name, tests, places)
