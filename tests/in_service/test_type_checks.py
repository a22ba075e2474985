"""CHECK constraints that belong to a type are those of the table."""

import asyncpg
import pytest
from alembic import command
from sqlalchemy import BigInteger, Boolean, Column, Enum, Text, TypeDecorator

from tests.of_tools.migration_bench import THINGS, Bench, things
from tools.migrations.commands import alembic_config


class Upper(TypeDecorator[str]):
    """A type of one's own."""

    impl = Text
    cache_ok = True


def constrained(*values: str, name: str | None = None) -> Enum:
    return Enum(*values, name=name, native_enum=False, create_constraint=True, length=10)


@pytest.mark.parametrize("before", ["", THINGS.format("x BIGINT")], ids=["table", "column"])
def test_a_constraint_of_a_type_is_created_once(bench: Bench, before: str) -> None:
    tables = things(
        Column("x", BigInteger),
        Column("state", constrained("open", "it's 10:30")),
        Column("kind", constrained("a", "b", name="kind_of_thing")),
        Column("active", Boolean(create_constraint=True)),
        Column("named", Boolean(create_constraint=True, name="named")),
        Column("upper", Upper()),
    )

    written = bench.write(before, tables)

    assert "create_constraint=True" not in written.path.read_text()
    assert "Upper" not in written.path.read_text()
    bench.go_forward_back_and_forward()
    names = [line.split(" ")[0] for line in bench.shape() if " CHECK " in line]
    assert names == ["things.ck_things_kind_of_thing", "things.ck_things_state"]
    bench.run("INSERT INTO things (state, active) VALUES ('it''s 10:30', true)")
    with pytest.raises(asyncpg.CheckViolationError):
        bench.run("INSERT INTO things (state) VALUES ('lost')")


def test_a_constraint_of_a_type_follows_its_values(bench: Bench) -> None:
    before = THINGS.format("""
        state VARCHAR(10) CONSTRAINT ck_things_state CHECK (state IN ('open', 'closed')),
        kind VARCHAR(10) CONSTRAINT ck_things_kind CHECK (kind IN ('a'))""")
    tables = things(
        Column("state", constrained("open", "closed", "void")), Column("kind", constrained("a"))
    )

    written = bench.write(before, tables)

    assert "ck_things_kind" not in written.path.read_text()
    bench.upgrade()
    command.check(alembic_config(bench.url))
    bench.run("INSERT INTO things (state) VALUES ('void')")
    bench.run("DELETE FROM things WHERE state = 'void'")
    bench.downgrade()
    with pytest.raises(asyncpg.CheckViolationError):
        bench.run("INSERT INTO things (state) VALUES ('void')")
