"""Writes the migration of a resource's change: the request comes as JSON on standard input.

The request: {"message": …, "renames": [{"table": …, "old": …, "new": …}], "tables": [{"old": …,
"new": …}], "defaults": [[table, column, SQL literal]]}. The names of tables are new in "renames".
The last line of the output: {"path": … or null, "warnings": […]}.
"""

import asyncio
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any, Final, NamedTuple

import asyncpg
from alembic.operations.ops import AlterColumnOp, ExecuteSQLOp, MigrateOperation
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import conv

# What the naming convention in app/db/base.py calls each kind of constraint, and an index.
PREFIXES: Final = {"p": "pk", "u": "uq", "f": "fk", "c": "ck", "i": "ix"}
PARTS: Final = """
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
    UNION ALL
    SELECT relname::text, 's', ARRAY[refobjsubid]::int2[], refobjid
    FROM pg_depend JOIN pg_class ON pg_class.oid = objid AND relkind = 'S'
    WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
) AS part
WHERE part.owner = $1::text::regclass ORDER BY part.kind, part.name
"""
NAME_LENGTH: Final = 63  # of an identifier
preparer = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
quote = preparer.quote


class Name(NamedTuple):
    """A new name: of a table, a column, or something that is named after them."""

    kind: str
    table: str
    old: str
    new: str

    def statement(self) -> str:
        """Return the SQL that gives the new name."""
        if self.kind in {"TABLE", "INDEX", "SEQUENCE"}:
            return f"ALTER {self.kind} {quote(self.old)} RENAME TO {quote(self.new)}"
        names = f"{quote(self.old)} TO {quote(self.new)}"
        return f"ALTER TABLE {quote(self.table)} RENAME {self.kind} {names}"

    def operation(self) -> MigrateOperation:
        """Return what a migration does for it."""
        if self.kind == "COLUMN":
            return AlterColumnOp(self.table, self.old, modify_name=self.new)
        return ExecuteSQLOp(self.statement())

    def reverse(self) -> "Name":
        """Return what restores the old name."""
        return self._replace(old=self.new, new=self.old)


async def rename(
    url: str, tables: list[dict[str, str]], columns: list[dict[str, str]]
) -> tuple[list[MigrateOperation], list[MigrateOperation]]:
    """Rename tables, then columns, with all that is named after them; return both ways' steps."""
    done: list[Name] = []
    connection = await asyncpg.connect(url)
    try:
        for table in tables:
            old, new = table["old"], table["new"]
            parts = await connection.fetch(PARTS, quote(old))
            names = [named_after_table(old, new, *part) for part in parts]
            done += await give(connection, [Name("TABLE", new, old, new), *names])
        for column in columns:
            parts = await connection.fetch(PARTS, quote(column["table"]))
            names = [named_after_column(**column, part=part) for part in parts]
            done += await give(connection, [Name("COLUMN", **column), *names])
    finally:
        await connection.close()
    back = [name.reverse().operation() for name in reversed(done)]
    return [name.operation() for name in done], back


async def give(connection: Any, names: list[Name | None]) -> list[Name]:
    """Give new names in a database, and return those that there are."""
    given = [name for name in names if name and name.old != name.new]
    for name in given:
        await connection.execute(name.statement())
    return given


def named_after_table(old: str, new: str, name: str, kind: str, columns: list[str]) -> Name | None:
    """Return the new name of a part of a table, if it has its name by the convention."""
    if kind == "s":
        if name != sequence_name(old, columns[0]):
            return None
        return Name("SEQUENCE", new, name, sequence_name(new, columns[0]))
    if kind not in PREFIXES:
        return None
    start = f"{PREFIXES[kind]}_{old}"
    for named in ([], columns, *([column] for column in columns)):
        if name == truncated(kind, old, named):
            return Name(what(kind), new, name, truncated(kind, new, named))
    if name.startswith(f"{start}_"):
        return Name(what(kind), new, name, truncated(kind, new, [name.removeprefix(f"{start}_")]))
    return None


def named_after_column(table: str, old: str, new: str, part: Any) -> Name | None:
    """Return the new name of a part of a table, if it has its name from a column."""
    name, kind, columns = part
    if kind not in PREFIXES or old not in columns:
        return None
    named = [old] if kind == "c" else columns
    if name != truncated(kind, table, named):
        return None
    renamed = [new if column == old else column for column in named]
    return Name(what(kind), table, name, truncated(kind, table, renamed))


def what(kind: str) -> str:
    """Return what SQL calls a part of a table."""
    return "INDEX" if kind == "i" else "CONSTRAINT"


def truncated(kind: str, table: str, named: list[str]) -> str:
    """Return the name that the convention gives, truncated as SQLAlchemy does."""
    name = conv("_".join([PREFIXES[kind], table, *named]))
    return preparer.truncate_and_render_constraint_name(name, _alembic_quote=False)


def sequence_name(table: str, column: str) -> str:
    """Return the name that PostgreSQL gives to the sequence of a column, truncated as it does."""
    while len(f"{table}_{column}_seq") > NAME_LENGTH:
        if len(table) > len(column):
            table = table[:-1]
        else:
            column = column[:-1]
    return f"{table}_{column}_seq"


def write(request: dict[str, Any]) -> dict[str, Any]:
    """Write the migration that a request describes, and return the answer."""
    # The service's modules may be edited, and fail.
    from tools.migrations.commands import (  # noqa: PLC0415
        ending_with_a_sentence,
        write_migration,
    )
    from tools.migrations.safe import Steps  # noqa: PLC0415

    tables, columns = request["tables"], request["renames"]
    with ending_with_a_sentence():
        written = write_migration(
            request["message"],
            prepare=lambda url: Steps(*asyncio.run(rename(url, tables, columns))),
            defaults={(table, column): value for table, column, value in request["defaults"]},
        )
    if not written:
        return {"path": None, "warnings": []}
    return {"path": str(written.path.relative_to(Path.cwd())), "warnings": written.warnings}


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what went wrong, and the last line of the service that it went through."""
    here = Path.cwd()
    places = [
        f"{path.relative_to(here)}:{frame.lineno}: "
        for frame in extract_tb(trace)
        if (path := Path(frame.filename)).is_relative_to(here) and "site-packages" not in path.parts
    ]
    sys.stderr.write(f"{places[-1] if places else ''}{kind.__name__}: {error}\n")


def main() -> None:
    """Read the request, and print where the migration is and what in it needs a review."""
    sys.excepthook = report
    with redirect_stdout(sys.stderr):
        answer = write(json.load(sys.stdin))
    sys.stdout.write(f"{json.dumps(answer)}\n")


if __name__ == "__main__":
    main()
