"""Resources that cannot work are refused with a sentence that says what to write instead."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from tests.answer_sets import TEXT, resource
from tests.support import refusal_of

LONG: Final = "a" * 31
TAKEN: Final = "is not a valid name, as Python, the database or the generated code reserves it"
NO_NAME: Final = (
    "is not a valid name: write lower-case words joined by single underscores, as in order_item."
)
EXAMPLE: Final = "[{name: product, fields: {name: {type: str}}}]"

RESOURCES: Final[list[tuple[Any, str]]] = [
    (None, f"The answer is null, not a list of resources: write {EXAMPLE}, or [] for none."),
    (5, f"The answer is 5, not a list of resources: write {EXAMPLE}, or [] for none."),
    ("''", f"The answer is '', not a list of resources: write {EXAMPLE}, or [] for none."),
    ({}, f"The answer is a mapping, not a list of resources: write {EXAMPLE}, or [] for none."),
    (["product"], f"Resource 1 has no name: write it as {EXAMPLE[1:-1]}."),
    ([{"fields": {"a": TEXT}}], f"Resource 1 has no name: write it as {EXAMPLE[1:-1]}."),
    ([resource("one"), None], f"Resource 2 has no name: write it as {EXAMPLE[1:-1]}."),
    ([{"name": 5}], f"Resource 5 {NO_NAME}"),
    ([{"name": True}], f"Resource true {NO_NAME}"),
    ([{"name": None}], f"Resource null {NO_NAME}"),
    ([{"name": ["a"]}], f"Resource a list {NO_NAME}"),
    ([resource("Product")], f"Resource 'Product' {NO_NAME}"),
    ([resource("order-item")], f"Resource 'order-item' {NO_NAME}"),
    ([resource("order__item")], f"Resource 'order__item' {NO_NAME}"),
    ([resource("item_")], f"Resource 'item_' {NO_NAME}"),
    ([resource("1st")], f"Resource '1st' {NO_NAME}"),
    ([resource("item\n")], f"Resource 'item ' {NO_NAME}"),
    ([resource("größe")], f"Resource 'größe' {NO_NAME}"),
    (
        [resource(LONG)],
        f"Resource '{LONG}' is not a valid name, with more than 30 characters: shorten it.",
    ),
    ([resource("class")], f"Resource 'class' {TAKEN}: write another, as in my_class."),
    ([resource("property")], f"Resource 'property' {TAKEN}: write another, as in my_property."),
    ([resource("page")], f"Resource 'page' {TAKEN}: write another, as in my_page."),
    ([resource("types")], f"Resource 'types' {TAKEN}: write another, as in my_types."),
    ([resource("lock")], f"Resource 'lock' {TAKEN}: write another, as in my_lock."),
    ([resource("test_run")], f"Resource 'test_run' {TAKEN}: write another, as in my_test_run."),
    (
        [resource("person") | {"many": "people"}],
        "Resource 'person' has the unknown key 'many': the keys are name, plural, id, owned, fields.",
    ),
    (
        [resource("person") | {True: "people"}],
        "Resource 'person' has the unknown key true: the keys are name, plural, id, owned, fields.",
    ),
    ([resource("person", "People")], f"Resource 'person' has the plural 'People', which {NO_NAME}"),
    ([resource("one") | {"plural": None}], f"Resource 'one' has the plural null, which {NO_NAME}"),
    (
        [resource("one", "a" * 33)],
        f"Resource 'one' has the plural '{'a' * 33}', which is not a valid name, with more than 32 "
        "characters: shorten it.",
    ),
    (
        [resource("a")],
        f"Resource 'a' has the plural 'as', which {TAKEN}: write another, as in plural: a_list.",
    ),
    (
        [resource("one", "pg_class")],
        f"Resource 'one' has the plural 'pg_class', which {TAKEN}: write another, as in "
        "plural: one_list.",
    ),
    (
        [resource("one", "lateral")],
        f"Resource 'one' has the plural 'lateral', which {TAKEN}: write another, as in "
        "plural: one_list.",
    ),
    *[
        (
            [spec],
            "Resource 'one' has no fields: write at least one, as in fields: {name: {type: str}}.",
        )
        for spec in (
            {"name": "one"},
            {"name": "one", "fields": None},
            {"name": "one", "fields": {}},
            {"name": "one", "fields": ["name"]},
            {"name": "one", "fields": "name"},
        )
    ],
    (
        [resource("one"), resource("one")],
        "Resource 'one' gives the class One, as resource 'one' does: rename or remove one of them.",
    ),
    (
        [resource("a_1"), resource("a1")],
        "Resource 'a1' gives the class A1, as resource 'a_1' does: rename or remove one of them.",
    ),
    (
        [resource("one"), resource("two", "ones")],
        "Resource 'two' has the plural 'ones', as resource 'one' has: give one of them another, "
        "as in plural: two_list.",
    ),
    (
        [resource("one", "alembic_version")],
        "Resource 'one' needs the name 'alembic_version' in the database, which a tool has: give "
        "it another plural, or rename the field.",
    ),
    (
        [
            resource("sale", orders_code=TEXT | {"unique": True}),
            resource("sales_order", code=TEXT | {"unique": True}),
        ],
        "Resource 'sales_order' needs the name 'uq_sales_orders_code' in the database, which "
        "resource 'sale' has: give it another plural, or rename the field.",
    ),
    (
        [resource("one", "a" * 32, **{"b" * 28: TEXT | {"index": True}})],
        f"Resource 'one' needs the name 'ix_{'a' * 32}_{'b' * 28}' in the database, which allows "
        "63 characters: shorten its plural or the name of the field.",
    ),
]

REF: Final = {"type": "ref"}
NEEDED: Final = "make one of them optional: true."
REFERENCES: Final[list[tuple[Any, str]]] = [
    (
        [resource("one") | {"id": "serial"}],
        "Resource 'one' has the id 'serial': write id: int or id: uuid, or remove it.",
    ),
    (
        [resource("one", one=REF | {"to": "one"})],
        f"Resource 'one' can have no first row, as its required references lead back to it, over one: {NEEDED}",
    ),
    (
        [resource("one", two=REF | {"to": "two"}), resource("two", one=REF | {"to": "one"})],
        f"Resource 'one' can have no first row, as its required references lead back to it, over two, one: {NEEDED}",
    ),
    (
        [resource("one", two_id=TEXT, two=REF | {"to": "one"})],
        "Field 'two' of resource 'one' is called 'two_id' in code, as field 'two_id' is: rename "
        "one of them.",
    ),
    (
        [resource("one", two=REF | {"to": "one"}, two_id=TEXT)],
        "Field 'two_id' of resource 'one' is called 'two_id' in code, as field 'two' is: rename "
        "one of them.",
    ),
    (
        [resource("one", two_id=REF | {"to": "one"})],
        "Field 'two_id' of resource 'one' ends in _id, which its column adds by itself: write two.",
    ),
    (
        [resource("one"), resource("two", "one_of_a"), resource("x", "one", a=REF | {"to": "one"})],
        "Field 'a' of resource 'x' gives the module one_of_a, which another resource has: rename "
        "one of them.",
    ),
    *[
        (
            [resource("one", **{name: {"type": "enum", "values": ["a", "b"]}}), resource("one_x")],
            f"Field '{name}' of resource 'one' gives the class {made}, which exists already: "
            f"rename it, as in {name}_kind.",
        )
        for name, made in (("page", "OnePage"), ("x", "OneX"), ("update", "OneUpdate"))
    ],
    (
        [resource("one", "a" * 30, **{"b" * 30: {"type": "int", "gt": 0}})],
        f"Resource 'one' needs the name 'ck_{'a' * 30}_{'b' * 30}' in the database, which allows "
        "63 characters: shorten its plural or the name of the field.",
    ),
]

FIELD_NAMES: Final[list[tuple[Any, str]]] = [
    (5, f"Field 5 of resource 'thing' {NO_NAME}"),
    (True, f"Field true of resource 'thing' {NO_NAME}"),
    (date(2026, 1, 31), f"Field '2026-01-31' of resource 'thing' {NO_NAME}"),
    ("", f"Field '' of resource 'thing' {NO_NAME}"),
    ("unitPrice", f"Field 'unitPrice' of resource 'thing' {NO_NAME}"),
    (
        LONG,
        f"Field '{LONG}' of resource 'thing' is not a valid name, with more than 30 characters: "
        "shorten it.",
    ),
    *[
        (name, f"Field '{name}' of resource 'thing' {TAKEN}: write another, as in my_{name}.")
        for name in ("from", "id", "version", "metadata", "model_config", "json", "sort", "xmin")
    ],
]


@pytest.mark.parametrize(("answer", "sentence"), RESOURCES + REFERENCES)
def test_resources_that_cannot_work_are_refused(
    answer: Any, sentence: str, template_files: Path, tmp_path: Path
) -> None:
    assert refusal_of(template_files, tmp_path, "resources", answer) == sentence


@pytest.mark.parametrize(("name", "sentence"), FIELD_NAMES)
def test_a_field_name_that_cannot_work_is_refused(
    name: Any, sentence: str, template_files: Path, tmp_path: Path
) -> None:
    answer = [{"name": "thing", "fields": {"fine": TEXT, name: TEXT}}]
    assert refusal_of(template_files, tmp_path, "resources", answer) == sentence


def test_two_fields_cannot_give_one_type(template_files: Path, tmp_path: Path) -> None:
    answer = [resource("thing", line_1=TEXT, line1=TEXT)]
    assert refusal_of(template_files, tmp_path, "resources", answer) == (
        "Field 'line1' of resource 'thing' gives the type Line1, as field 'line_1' does: rename "
        "one of them."
    )
