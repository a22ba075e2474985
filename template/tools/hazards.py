"""What can go wrong with the rows that exist when a migration runs, one sentence each."""

from collections.abc import Set

from alembic.operations.ops import (
    AlterColumnOp,
    CreateCheckConstraintOp,
    CreateForeignKeyOp,
    CreateIndexOp,
    CreateUniqueConstraintOp,
    DropColumnOp,
    DropTableOp,
    ExecuteSQLOp,
    MigrateOperation,
)
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column

from tools.check_text import escaped
from tools.revision_text import CastColumn, Remark
from tools.type_changes import consequence, converts, keeps_every_value


def loss_in(operation: MigrateOperation) -> str | None:
    """Say which data an operation deletes."""
    if isinstance(operation, DropColumnOp):
        return f"{operation.table_name}.{operation.column_name} is dropped: its data is deleted."
    if isinstance(operation, DropTableOp):
        return f"{operation.table_name} is dropped: its rows are deleted."
    return None


def condition_in(operation: MigrateOperation, without_rows: Set[str]) -> str | None:
    """Say what rows that exist have to fulfil for an operation to succeed.

    Args:
        operation: What may put a new rule on them.
        without_rows: What breaks no rule: new tables; new columns, as `table.column`, that are
            empty in each row; and CHECK constraints that are called after such a column.
    """
    if isinstance(operation, CreateForeignKeyOp):
        table, columns = operation.source_table, operation.local_cols
        condition = "a row refers to one that is not there"
    elif isinstance(operation, CreateUniqueConstraintOp) or (
        isinstance(operation, CreateIndexOp) and operation.unique
    ):
        table, columns = operation.table_name, [name_of(column) for column in operation.columns]
        condition = "two rows have the same values there"
    elif isinstance(operation, CreateCheckConstraintOp):
        table, columns = operation.table_name, []
        condition = f"a row breaks {operation.constraint_name}"
        if operation.constraint_name in without_rows:
            return None
    else:
        return None
    places = [f"{table}.{column}" for column in columns]
    if not without_rows.isdisjoint([table, *places]):
        return None
    return f"{', '.join(places) or table} gets a new rule: this fails while {condition}."


def name_of(part: object) -> str:
    """Return the name of an indexed column, or the text of an indexed expression."""
    return part.name if isinstance(part, Column) else str(part)


def steps_for_change(
    context: MigrationContext, operation: AlterColumnOp, value: str | None = None
) -> list[MigrateOperation]:
    """Return a change of a column with remarks before it, and with a cast where it needs one.

    Where it becomes required, rows without a value get this one, an SQL literal.
    """
    quote = context.dialect.identifier_preparer.quote
    place = f"{operation.table_name}.{operation.column_name}"
    steps: list[MigrateOperation] = []
    change: MigrateOperation = operation
    if operation.modify_nullable is False and value is not None:
        table, column = quote(operation.table_name), quote(operation.column_name)
        fill = f"UPDATE {table} SET {column} = {value} WHERE {column} IS NULL"  # noqa: S608 - quoted by us
        steps.append(ExecuteSQLOp(escaped(fill)))
    elif operation.modify_nullable is False:
        steps.append(
            Remark(
                f"{place} becomes required: this fails while a row has no value there, so write"
                " an UPDATE before it that gives each one."
            )
        )
    if operation.modify_type and operation.existing_type and context.connection:
        old = str(operation.existing_type.compile(context.dialect))
        new = str(operation.modify_type.compile(context.dialect))
        using = f"{quote(operation.column_name)}::{new}"
        by_itself = converts(context.connection, old, new)
        if not by_itself:
            change = CastColumn(operation, using)
        if not by_itself and not converts(context.connection, old, new, " USING value::" + new):
            steps.append(
                Remark(
                    f"{place} changes from {old} to {new}, which PostgreSQL cannot convert: this"
                    " fails until you write another expression for postgresql_using."
                )
            )
        elif not keeps_every_value(old, new):
            steps.append(Remark(f"{place} changes from {old} to {new}: {consequence(old, new)}."))
    return [*steps, change]
