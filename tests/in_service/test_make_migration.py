"""Migrations that are written from the tables are right."""

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    column,
    func,
)
from sqlalchemy.dialects.postgresql import ENUM

from app.db.base import NAMING_CONVENTION
from tests.of_tools.migration_bench import THINGS, Bench, things
from tools.migrations.commands import alembic_config, make_migration


def test_checks_are_added_changed_and_removed(bench: Bench) -> None:
    before = THINGS.format("""
        size BIGINT DEFAULT 5, kind TEXT DEFAULT 'a/:b', name VARCHAR(10) DEFAULT 'abc',
        CONSTRAINT ck_things_size CHECK (size > 0),
        CONSTRAINT ck_things_name CHECK (char_length(name) >= 1),
        CONSTRAINT ck_things_gone CHECK (kind IN ('a/:b', 'c'))""")
    tables = things(
        Column("size", BigInteger, CheckConstraint("size > 1", name="size")),
        Column("kind", Text),
        Column("name", String(10)),
        CheckConstraint(func.char_length(column("name")) >= 1, name="name"),
        CheckConstraint(
            column("kind").in_(["a/:b", "d%"]) & column("kind").regexp_match(r"^\w+(/:)?\w*$"),
            name="kind",
        ),
    )

    text = bench.write(before, tables).path.read_text()

    assert "ck_things_name" not in text
    assert "ck_things_ck" not in text
    assert 'op.create_check_constraint(op.f("ck_things_size"), "things", "size > 1")' in text
    bench.go_forward_back_and_forward()
    for broken in ("kind = 'c'", "size = 1"):
        with pytest.raises(asyncpg.CheckViolationError):
            bench.run(f"UPDATE things SET {broken}")


def test_a_new_table_has_its_checks_at_once(bench: Bench) -> None:
    tables = things(
        Column("size", Integer, CheckConstraint("size > 0", name="size")),
        Column("kind", Text),
        CheckConstraint(column("kind") != "a/:b", name="kind"),
        Column("a_column_with_a_very_long_name_that_is_cut_within_constraints", Integer),
        CheckConstraint(
            column("a_column_with_a_very_long_name_that_is_cut_within_constraints") > 0,
            name="a_column_with_a_very_long_name_that_is_cut_within_constraints",
        ),
    )

    text = bench.write("", tables).path.read_text()

    assert 'sa.CheckConstraint("size > 0", name=op.f("ck_things_size"))' in text
    assert "create_check_constraint" not in text
    bench.go_forward_back_and_forward()
    with pytest.raises(asyncpg.CheckViolationError):
        bench.run("INSERT INTO things (kind) VALUES ('a/:b')")


def test_a_column_of_a_new_type_leaves_the_checks_as_they_are(bench: Bench) -> None:
    before = THINGS.format("size BIGINT, CONSTRAINT ck_things_size CHECK (size > 0)")
    tables = things(
        Column("size", BigInteger, CheckConstraint("size > 0", name="size")),
        Column("kind", ENUM("a", "b", name="kind")),
    )

    written = bench.write(before, tables)

    assert written.warnings == []
    assert "ck_things_size" not in written.path.read_text()


def test_a_default_with_a_colon_is_restored(bench: Bench) -> None:
    before = THINGS.format("""x BIGINT, data TEXT DEFAULT '{"a":1, "b":c}'""")

    bench.write(before, things(Column("x", BigInteger)))

    bench.go_forward_back_and_forward()


def test_a_value_that_postgresql_cannot_convert_is_reported(bench: Bench) -> None:
    before = THINGS.format("day DATE DEFAULT '2026-01-01', number INTEGER DEFAULT 5")
    tables = things(
        Column("day", BigInteger, server_default="5"),
        Column("number", Boolean, server_default="true"),
    )

    written = bench.write(before, tables)

    assert sorted(written.warnings) == [
        "things.day changes from DATE to BIGINT: PostgreSQL cannot convert it: write another"
        " expression after USING.",
        "things.number changes from INTEGER to BOOLEAN: every number but zero becomes true.",
    ]


def test_tables_may_refer_to_each_other_and_to_themselves(bench: Bench) -> None:
    before = """
        CREATE TABLE cats (id BIGINT CONSTRAINT pk_cats PRIMARY KEY, dog_id BIGINT);
        CREATE TABLE dogs (id BIGINT CONSTRAINT pk_dogs PRIMARY KEY,
            cat_id BIGINT CONSTRAINT fk_dogs_cat_id REFERENCES cats ON DELETE CASCADE);
        ALTER TABLE cats ADD CONSTRAINT fk_cats_dog_id FOREIGN KEY (dog_id) REFERENCES dogs;"""
    tables = MetaData(naming_convention=NAMING_CONVENTION)
    for table, other in (("hens", "eggs"), ("eggs", "hens")):
        Table(
            table,
            tables,
            Column("id", BigInteger, Identity(), primary_key=True),
            Column("other_id", ForeignKey(f"{other}.id", ondelete="CASCADE", use_alter=True)),
            Column("parent_id", ForeignKey(f"{table}.id", ondelete="SET NULL")),
        )

    written = bench.write(before, tables)

    assert "use_alter" not in written.path.read_text()
    assert sorted(written.warnings) == [
        "cats is dropped: its rows are deleted.",
        "dogs is dropped: its rows are deleted.",
    ]
    bench.go_forward_back_and_forward()
    bench.run("""
        INSERT INTO hens (id) VALUES (1); INSERT INTO eggs (other_id) VALUES (1);
        DELETE FROM hens;""")
    assert bench.fetch("SELECT id FROM eggs") == []


def test_the_file_is_called_after_the_message(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.set_tables(things())
    make_migration('change product: add """sku\\u"""')
    bench.upgrade()
    make_migration("move data", empty=True)

    lines = capsys.readouterr().out.splitlines()

    written = [line for line in lines if line.startswith("Written: ")]
    assert [path.partition("_")[2] for path in written] == [
        "change_product_add_sku_u.py",
        "move_data.py",
    ]
    script = ScriptDirectory.from_config(alembic_config(bench.url))
    assert len(script.get_heads()) == 1
    bench.upgrade()
    with pytest.raises(SystemExit, match="nothing to write"):
        make_migration("nothing")
