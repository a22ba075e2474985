"""Columns that get another name and keep their values."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import asyncpg
from alembic.operations.ops import AlterColumnOp, ExecuteSQLOp, MigrateOperation
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import conv

# What the naming convention in app/db/base.py calls each kind of constraint, and an index.
PREFIXES: Final = {"u": "uq", "f": "fk", "c": "ck", "i": "ix"}
NAMED_PARTS: Final = """
SELECT part.name, part.kind, ARRAY(
    SELECT attname::text FROM unnest(part.numbers) WITH ORDINALITY AS number(value, place)
    JOIN pg_attribute ON attrelid = part.owner AND attnum = value ORDER BY place
) AS columns
FROM (
    SELECT conname::text AS name, contype::text AS kind, conkey AS numbers, conrelid AS owner
    FROM pg_constraint
    UNION ALL
    SELECT relname::text, 'i', indkey::int2[], indrelid
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
) AS part
WHERE part.owner = $1::text::regclass ORDER BY part.name
"""
preparer = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
quote = preparer.quote


class Rename(NamedTuple):
    """A column's table, its name until now, and its new name."""

    table: str
    old: str
    new: str


class Step(NamedTuple):
    """One new name, of a column or of something that is called after it."""

    kind: str
    table: str
    old: str
    new: str

    def statement(self) -> str:
        """Return the SQL that gives the new name."""
        owner = quote(self.table)
        names = f"{quote(self.old)} TO {quote(self.new)}"
        if self.kind == "INDEX":
            return f"ALTER INDEX {quote(self.old)} RENAME TO {quote(self.new)}"
        return f"ALTER TABLE {owner} RENAME {self.kind} {names}"

    def operation(self) -> MigrateOperation:
        """Return what a migration does for it."""
        if self.kind == "COLUMN":
            return AlterColumnOp(self.table, self.old, modify_name=self.new)
        return ExecuteSQLOp(self.statement())

    def reverse(self) -> "Step":
        """Return the step that gives the old name back."""
        return self._replace(old=self.new, new=self.old)


async def apply_renames(url: str, renames: Iterable[Rename]) -> list[Step]:
    """Rename columns in a database, with all that is called after them, and return the steps."""
    done = []
    connection = await asyncpg.connect(url)
    try:
        for rename in renames:
            parts = await connection.fetch(NAMED_PARTS, quote(rename.table))
            steps = [Step("COLUMN", *rename)]
            steps += [step for part in parts if (step := step_for(rename, *part))]
            for step in steps:
                await connection.execute(step.statement())
            done += steps
    finally:
        await connection.close()
    return done


def step_for(rename: Rename, name: str, kind: str, columns: list[str]) -> Step | None:
    """Return the step for a constraint or an index, if it is called after the column."""
    if kind not in PREFIXES or rename.old not in columns:
        return None
    named = [rename.old] if kind == "c" else columns
    if name != name_for(kind, rename.table, named):
        return None
    renamed = [rename.new if column == rename.old else column for column in named]
    what = "INDEX" if kind == "i" else "CONSTRAINT"
    return Step(what, rename.table, name, name_for(kind, rename.table, renamed))


def name_for(kind: str, table: str, columns: list[str]) -> str:
    """Return the name that the convention gives, as PostgreSQL knows it."""
    name = conv("_".join([PREFIXES[kind], table, *columns]))
    return preparer.truncate_and_render_constraint_name(name, _alembic_quote=False)
