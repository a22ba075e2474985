"""Alembic's operations, in an order in which none of them fails because of another."""

from collections.abc import Iterable

from alembic.operations import ops
from sqlalchemy import ForeignKeyConstraint

from migrations.named_types import TypeStep

Operations = Iterable[ops.MigrateOperation]


def in_order(operations: Operations) -> list[ops.MigrateOperation]:
    """Return the operations one by one, with those on foreign keys and checks where they succeed.

    Tables may refer to each other, and checks to columns whose types change.
    """
    return sorted(single(operations), key=place)


def place(operation: ops.MigrateOperation) -> int:
    """Return where an operation stands; those of the same place keep the order of Alembic."""
    match operation:
        case TypeStep(change=change):
            return change.place
        case ops.DropConstraintOp(constraint_type="foreignkey"):
            return 0
        case ops.DropConstraintOp(constraint_type="check"):
            return 1
        case ops.CreateCheckConstraintOp():
            return 3
        case ops.CreateForeignKeyOp():
            return 4
    return 2


def single(operations: Operations) -> Operations:
    """Give the operations without the groups by table, and foreign keys apart from tables."""
    for operation in operations:
        if isinstance(operation, ops.OpContainer):
            yield from single(operation.ops)
            continue
        if isinstance(operation, ops.CreateForeignKeyOp):
            operation.kw.pop("use_alter", None)
        if isinstance(operation, ops.DropTableOp):
            yield from map(ops.DropConstraintOp.from_constraint, keys_of(operation))
        if isinstance(operation, ops.CreateTableOp):
            yield from single(map(ops.CreateForeignKeyOp.from_constraint, keys_of(operation)))
            operation.columns = [
                item for item in operation.columns if not isinstance(item, ForeignKeyConstraint)
            ]
        yield operation


def keys_of(operation: ops.CreateTableOp | ops.DropTableOp) -> list[ForeignKeyConstraint]:
    """Return the foreign keys of a table, always in the same order."""
    keys = operation.to_table().foreign_key_constraints
    return sorted(keys, key=lambda key: tuple(key.column_keys))
