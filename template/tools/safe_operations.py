"""Alembic's operations in an order that runs, and in steps that rows which exist survive."""

from collections.abc import Iterable, Iterator, Mapping

from alembic.operations.ops import (
    AddColumnOp,
    AlterColumnOp,
    CreateCheckConstraintOp,
    CreateForeignKeyOp,
    CreateTableOp,
    DropConstraintOp,
    DropTableOp,
    MigrateOperation,
    OpContainer,
)
from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    literal_column,
)

from tools.check_text import escaped
from tools.revision_text import Remark

Defaults = Mapping[tuple[str, str], str]


def flat(operations: Iterable[MigrateOperation]) -> Iterator[MigrateOperation]:
    """Give the operations one by one, without the groups by table."""
    for operation in operations:
        if isinstance(operation, OpContainer):
            yield from flat(operation.ops)
        else:
            yield operation


def in_order(operations: Iterable[MigrateOperation]) -> list[MigrateOperation]:
    """Return the operations with those on foreign keys and checks where they cannot fail.

    Foreign keys go before all else and come after all else, so tables may refer to each other;
    checks go before the types of their columns change, and come afterwards.
    """
    dropped_keys: list[MigrateOperation] = []
    dropped_checks: list[MigrateOperation] = []
    others: list[MigrateOperation] = []
    new_checks: list[MigrateOperation] = []
    new_keys: list[CreateForeignKeyOp] = []
    for operation in flat(operations):
        if isinstance(operation, CreateForeignKeyOp):
            new_keys.append(operation)
        elif isinstance(operation, CreateCheckConstraintOp):
            new_checks.append(operation)
        elif isinstance(operation, DropConstraintOp) and operation.constraint_type == "foreignkey":
            dropped_keys.append(operation)
        elif isinstance(operation, DropConstraintOp) and operation.constraint_type == "check":
            dropped_checks.append(operation)
        else:
            others.append(operation)
            if isinstance(operation, CreateTableOp):
                new_keys += take_foreign_keys(operation)
            if isinstance(operation, DropTableOp):
                dropped_keys += foreign_keys_of(operation)
    for key in new_keys:
        key.kw.pop("use_alter", None)
    return [*dropped_keys, *dropped_checks, *others, *new_checks, *new_keys]


def take_foreign_keys(operation: CreateTableOp) -> list[CreateForeignKeyOp]:
    """Take the foreign keys out of a new table and return what creates them."""
    keys = [item for item in operation.columns if isinstance(item, ForeignKeyConstraint)]
    operation.columns = [
        item for item in operation.columns if not isinstance(item, ForeignKeyConstraint)
    ]
    keys.sort(key=lambda key: tuple(key.column_keys))
    return [CreateForeignKeyOp.from_constraint(key) for key in keys]


def foreign_keys_of(operation: DropTableOp) -> list[DropConstraintOp]:
    """Return what drops the foreign keys of a table that is dropped."""
    keys = sorted(
        operation.to_table().foreign_key_constraints, key=lambda key: tuple(key.column_keys)
    )
    return [DropConstraintOp.from_constraint(key) for key in keys]


def is_required(operation: MigrateOperation) -> bool:
    """Tell whether this adds a column for which rows that exist have no value."""
    if not isinstance(operation, AddColumnOp):
        return False
    return not operation.column.nullable and operation.column.server_default is None


def steps_for_required(operation: AddColumnOp, defaults: Defaults) -> list[MigrateOperation]:
    """Return the steps that add a required column to a table with rows."""
    table, column = operation.table_name, operation.column
    literal = defaults.get((table, column.name))
    if literal is not None:
        filling: ColumnElement[object] = literal_column(escaped(literal))
        added = Column(
            column.name,
            column.type,
            server_default=filling,
            nullable=False,
            comment=column.comment,
        )
        settled = AlterColumnOp(table, column.name, modify_server_default=None)
        return [AddColumnOp(table, added), settled]
    added = Column(column.name, column.type, nullable=True, comment=column.comment)
    remark = Remark(
        f"{table}.{column.name} is required and has no default: where {table} has rows, write"
        " an UPDATE that gives each its value, between adding the column and requiring it."
    )
    required = AlterColumnOp(table, column.name, existing_type=column.type, modify_nullable=False)
    return [AddColumnOp(table, added), remark, required]
