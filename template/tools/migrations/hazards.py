"""What can go wrong with the rows that exist when a migration runs, one sentence each."""

import textwrap
from collections.abc import Set

from alembic.autogenerate import renderers
from alembic.operations import ops
from sqlalchemy import Column

from migrations.named_types import TypeStep
from tools.migrations.operations import Operations


class Remark(ops.MigrateOperation):
    """A sentence for whoever runs the migration, written as a comment between the steps."""

    def __init__(self, text: str) -> None:
        self.text = text


@renderers.dispatch_for(Remark)
def render_remark(_context: object, operation: Remark) -> list[str]:
    """Write a remark as lines of comment."""
    return [f"# {line}" for line in textwrap.wrap(operation.text, width=90)]


def with_hazards(operations: Operations) -> Operations:
    """Give the operations, with a remark before each that deletes data or may fail."""
    safe: set[str] = set()  # tables, and columns and checks in them, that no row can violate
    for operation in operations:
        match operation:
            case ops.CreateTableOp(table_name=table):
                safe.add(table)
            case ops.AddColumnOp(table_name=table, column=column):
                safe.add(f"{table}.ck_{table}_{column.name}")
                if column.nullable and column.server_default is None:
                    safe.add(f"{table}.{column.name}")
        if sentence := hazard(operation, safe):
            yield Remark(sentence)
        yield operation


def hazard(operation: ops.MigrateOperation, safe: Set[str]) -> str | None:
    """Return which data an operation deletes or what makes it fail, None if nothing does."""
    match operation:
        case TypeStep(change=change):
            return change.hazard
        case ops.DropTableOp(table_name=table):
            return f"{table} is dropped: its rows are deleted."
        case ops.DropColumnOp(table_name=table, column_name=column):
            return f"{table}.{column} is dropped: its data is deleted."
        case ops.CreateForeignKeyOp(source_table=table, constraint_name=name, local_cols=parts):
            failure = "a row refers to one that does not exist"
        case (
            ops.CreateUniqueConstraintOp(table_name=table, constraint_name=name, columns=parts)
            | ops.CreateIndexOp(table_name=table, index_name=name, columns=parts, unique=True)
        ):
            failure = "two rows have the same values in its columns"
        case ops.CreateCheckConstraintOp(table_name=table, constraint_name=name):
            parts, failure = [str(name)], "a row violates it"
        case _:
            return None
    names = [part.name if isinstance(part, Column) else part for part in parts]
    if not safe.isdisjoint([table, *(f"{table}.{part}" for part in names)]):
        return None
    return f"{name} is added to {table}: this fails while {failure}."
