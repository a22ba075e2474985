"""A table gets another name, and keeps its rows."""

import re

import pytest
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    func,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from app.db.base import NAMING_CONVENTION
from tests.of_tools.migration_bench import Bench
from tests.of_tools.write_migration import sequence_name

LONG = "a_column_with_a_very_long_name_that_is_cut_in_constraints"
OLD = "products"
NEW = "items"
DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def shop(table: str, reference: str) -> MetaData:
    """A table with all that is named after it, and one that refers to it."""
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    Table(
        table,
        metadata,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("sku", String(9), CheckConstraint("sku != ''", name="sku"), unique=True),
        Column(LONG, BigInteger, CheckConstraint(f"{LONG} > 0", name=LONG), index=True),
        Column(reference, ForeignKey(f"{table}.id")),
        Column("price", BigInteger),
        CheckConstraint("price > 0", name="what_it_costs"),
        Index(f"ix_{table}_x", func.lower("sku")),
        Index("by_price", "price"),
    )
    Table(
        "order_lines",
        metadata,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column(reference, ForeignKey(f"{table}.id"), index=True),
    )
    return metadata


def sql_of(tables: MetaData) -> str:
    """Return the SQL that builds tables."""
    steps: list[ExecutableDDLElement] = []
    for table in tables.sorted_tables:
        steps += [CreateTable(table), *map(CreateIndex, table.indexes)]
    return "".join(f"{step.compile(dialect=DIALECT)};" for step in steps)


ROWS = """
INSERT INTO {table} (sku, {long}, {reference}, price) VALUES ('a', 1, 1, 2), ('b', 2, 1, 3);
INSERT INTO order_lines ({reference}) VALUES (2);
"""


def rename(old: str, new: str) -> dict[str, str]:
    return {"old": old, "new": new}


@pytest.mark.parametrize("new", [NEW, "items_with_a_name_that_is_too_long_for_its_constraints"])
def test_a_renamed_table_keeps_its_rows_and_renames_what_is_named_after_it(
    bench: Bench, new: str
) -> None:
    rows = ROWS.format(table=OLD, long=LONG, reference="product_id")
    before = sql_of(shop(OLD, "product_id")) + rows
    columns = [
        {"table": table, "old": "product_id", "new": "item_id"} for table in (new, "order_lines")
    ]

    path, warnings = bench.write(before, shop(new, "item_id"), columns, [rename(OLD, new)])

    assert warnings == []
    calls = set(re.findall(r"op\.(\w+)\(", path.read_text()))
    assert calls == {"execute", "alter_column"}
    bench.go_forward_back_and_forward()
    assert bench.fetch(f"SELECT sku FROM {new} ORDER BY id") == ["a", "b"]
    assert bench.fetch("SELECT item_id FROM order_lines") == [2]
    assert [line for line in bench.shape() if "product" in line] == []
    assert sequence_name(new, "id") in bench.shape()
    bench.run(f"INSERT INTO {new} (sku) VALUES ('c')")
    bench.downgrade()
    assert bench.fetch("SELECT product_id FROM order_lines") == [2]
    assert bench.fetch("SELECT sku FROM products ORDER BY id") == ["a", "b", "c"]


def test_names_that_are_not_by_the_convention_stay(bench: Bench) -> None:
    before = """
        CREATE TABLE things (id SERIAL CONSTRAINT things_key PRIMARY KEY, size BIGINT);
        CREATE SEQUENCE numbers OWNED BY things.size;
        CREATE INDEX ix_thingsize ON things (size);
        INSERT INTO things (size) VALUES (7);"""
    tables = MetaData()
    Table(
        "boxes",
        tables,
        Column("id", Integer, primary_key=True),
        Column("size", BigInteger),
        Index("ix_thingsize", "size"),
    )
    written = bench.write(before, tables, renamed_tables=[rename("things", "boxes")])

    text = written.path.read_text()
    for name in ("things_key", "numbers", "ix_thingsize"):
        assert name not in text
    assert "ALTER SEQUENCE things_id_seq RENAME TO boxes_id_seq" in text
    bench.upgrade()
    assert bench.fetch("SELECT size FROM boxes") == [7]


def test_the_name_of_a_sequence_is_truncated_as_postgresql_does(bench: Bench) -> None:
    for table, column in (("t" * 63, "id"), ("t" * 40, "c" * 50), ("t", "c" * 63)):
        bench.run(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({column} SERIAL)")
        name = bench.fetch(f"SELECT pg_get_serial_sequence('{table}', '{column}')")
        assert name == [f"public.{sequence_name(table, column)}"]
