"""Migrations that are written from the tables are safe where there are rows."""

import subprocess
import sys

import asyncpg
import pytest
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Numeric,
    String,
    Table,
    Text,
)
from sqlalchemy.exc import DBAPIError

from tests.of_tools.migration_bench import THINGS, Bench, things


def test_rows_that_exist_get_the_default_of_a_new_column(bench: Bench) -> None:
    tables = things(Column("x", BigInteger), Column("data", Text, nullable=False))
    default = {("things", "data"): """'{"a":1}'"""}

    written = bench.write(THINGS.format("x BIGINT"), tables, defaults=default)

    assert written.warnings == []
    bench.go_forward_back_and_forward()
    assert bench.fetch("SELECT data FROM things") == ['{"a":1}']
    with pytest.raises(asyncpg.NotNullViolationError):
        bench.run("INSERT INTO things DEFAULT VALUES")


def test_rows_without_a_value_get_the_default_of_a_column_that_becomes_required(
    bench: Bench,
) -> None:
    tables = things(Column("x", BigInteger), Column("order", Text, nullable=False))
    default = {("things", "order"): "'at 12:00'"}
    before = THINGS.format('x BIGINT, "order" TEXT')

    written = bench.write(before, tables, defaults=default)

    assert written.warnings == []
    bench.go_forward_back_and_forward()
    assert bench.fetch('SELECT "order" FROM things') == ["at 12:00"]


def test_a_required_column_without_default_waits_for_an_update(bench: Bench) -> None:
    before = THINGS.format("x BIGINT")
    tables = things(Column("x", BigInteger), Column("sku", String(9), nullable=False))
    path, warnings = bench.write(before, tables)
    shape = bench.shape()

    with pytest.raises(DBAPIError, match="contains null values"):
        bench.upgrade()

    assert bench.shape() == shape
    [warning] = warnings
    assert warning.startswith("things.sku becomes required: ")
    text = path.read_text()
    first, remark, second = (text.index(part) for part in ("add_column(", "# things.sku", "alter_"))
    assert first < remark < second
    update = "op.execute(\"UPDATE things SET sku = 'new'\")\n    "
    path.write_text(text[:remark] + update + text[remark:])
    bench.go_forward_back_and_forward()
    assert bench.fetch("SELECT sku FROM things") == ["new"]


def test_a_required_column_is_added_to_an_empty_table_as_it_is(bench: Bench) -> None:
    before = THINGS.format("x BIGINT") + "TRUNCATE things;"
    tables = things(Column("x", BigInteger), Column("sku", String(9), nullable=False))

    bench.write(before, tables)

    bench.go_forward_back_and_forward()


def test_what_may_fail_or_lose_data_is_pointed_out(bench: Bench) -> None:
    before = (
        THINGS.format("""
        code TEXT CONSTRAINT ck_things_code CHECK (char_length(code) > 0), price DOUBLE PRECISION, name VARCHAR(9), longer VARCHAR(9),
        note TEXT, gone TEXT""")
        + """UPDATE things SET code = '12', price = 2.5, name = 'abc', note = 'x', gone = 'y';
        CREATE TABLE old (id BIGINT);"""
    )
    tables = things(
        Column("code", BigInteger),
        Column("price", BigInteger),
        Column("name", String(5), unique=True),
        Column("longer", String(10)),
        Column("note", Text, CheckConstraint("note != ''", name="note"), nullable=False),
    )

    path, warnings = bench.write(before, tables)

    assert sorted(warnings) == [
        "ck_things_note is added to things: this fails while a row violates it.",
        "old is dropped: its rows are deleted.",
        "things.code changes from TEXT to BIGINT: a value that does not fit makes this fail.",
        "things.gone is dropped: its data is deleted.",
        "things.name changes from VARCHAR(9) to VARCHAR(5):"
        " a value that does not fit makes this fail.",
        "things.note becomes required: this fails while a row has no value there, so"
        " first write an UPDATE that gives each row one.",
        "things.price changes from DOUBLE PRECISION to BIGINT: values are rounded without an"
        " error, and one that is too large makes this fail.",
        "uq_things_name is added to things: this fails while two rows have the same values in its"
        " columns.",
    ]
    comments = " ".join(
        line.strip(" #") for line in path.read_text().splitlines() if line.startswith("    #")
    )
    assert [warning for warning in warnings if warning not in comments] == []
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "--no-cache", path], check=True)
    subprocess.run([*ruff, "format", "--no-cache", "--check", path], check=True)
    bench.go_forward_back_and_forward()
    assert bench.fetch("SELECT code FROM things") == [12]


def test_a_renamed_column_keeps_its_values_and_what_is_named_after_it(bench: Bench) -> None:
    before = """
        CREATE TABLE homes (id BIGINT CONSTRAINT pk_homes PRIMARY KEY);
        INSERT INTO homes VALUES (7);""" + THINGS.format("""
        size INTEGER DEFAULT 3 CONSTRAINT uq_things_size UNIQUE,
        "order" BIGINT DEFAULT 7 CONSTRAINT fk_things_order REFERENCES homes,
        CONSTRAINT ck_things_size CHECK (size > 0 AND "order" > 0)
        ); CREATE INDEX ix_things_order_size ON things ("order", size""")
    tables = things(
        Column(
            "group",
            Numeric(12),
            CheckConstraint('"group" > 0 AND home_id > 0', name="group"),
            unique=True,
        ),
        Column("home_id", ForeignKey("homes.id")),
    )
    Table("homes", tables, Column("id", BigInteger, primary_key=True, autoincrement=False))
    Index(None, tables.tables["things"].c.home_id, tables.tables["things"].c.group)

    path, warnings = bench.write(
        before,
        tables,
        [
            {"table": "things", "old": "size", "new": "group"},
            {"table": "things", "old": "order", "new": "home_id"},
        ],
    )

    # Its text changes.
    assert warnings == ["ck_things_group is added to things: this fails while a row violates it."]
    text = path.read_text()
    assert "drop_column" not in text
    assert "RENAME CONSTRAINT ck_things_size TO ck_things_group" in text
    bench.go_forward_back_and_forward()
    assert bench.fetch('SELECT "group" FROM things WHERE home_id = 7') == [3]
    assert [part.split(" ")[0] for part in bench.shape() if "size" in part] == []


def test_an_optional_new_column_can_break_no_rule(bench: Bench) -> None:
    tables = things(
        Column("x", BigInteger),
        Column("size", BigInteger, CheckConstraint("size > 0", name="size"), unique=True),
        Column("thing_id", ForeignKey("things.id")),
    )

    written = bench.write(THINGS.format("x BIGINT"), tables)

    assert written.warnings == []
    bench.go_forward_back_and_forward()


def test_a_required_column_that_is_restored_waits_for_an_update(bench: Bench) -> None:
    before = THINGS.format("x BIGINT, sku TEXT NOT NULL DEFAULT 'a'")
    bench.write(
        before + "ALTER TABLE things ALTER sku DROP DEFAULT;", things(Column("x", BigInteger))
    )
    bench.upgrade()

    with pytest.raises(DBAPIError, match="contains null values"):
        bench.downgrade()

    bench.run("TRUNCATE things")
    bench.downgrade()
    assert "things.sku text true " in bench.shape()
