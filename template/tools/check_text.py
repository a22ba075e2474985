"""CHECK constraints as text that a migration can hold."""

import re
from typing import TypeGuard

from alembic.operations.ops import CreateCheckConstraintOp, CreateTableOp, MigrateOperation
from alembic.runtime.migration import MigrationContext
from alembic.util.sqla_compat import _is_type_bound
from sqlalchemy import (
    CheckConstraint,
    ClauseElement,
    Column,
    ColumnElement,
    TextClause,
    literal_column,
)


def spell_checks(context: MigrationContext, operation: MigrateOperation) -> None:
    """Write the CHECK constraints out, those of a new table's columns among them."""
    if isinstance(operation, CreateCheckConstraintOp):
        operation.condition = spelled(context, operation.to_constraint().sqltext)
    if isinstance(operation, CreateTableOp):
        columns = [item for item in operation.columns if isinstance(item, Column)]
        items = [*operation.columns, *(part for column in columns for part in column.constraints)]
        operation.columns = [item for item in operation.columns if not is_check(item)] + [
            CheckConstraint(spelled(context, check.sqltext), name=check.name)
            for check in items
            if is_check(check)
        ]


def is_check(item: object) -> TypeGuard[CheckConstraint]:
    """Tell whether this is a CHECK constraint of its own, not one that a type brings along."""
    return isinstance(item, CheckConstraint) and not _is_type_bound(item)


def spelled(context: MigrationContext, expression: ClauseElement) -> ColumnElement[object]:
    """Return an expression as text, with its values in it."""
    if isinstance(expression, TextClause):  # as read from the database
        return literal_column(escaped(expression.text))
    return literal_column(escaped(context.impl.render_ddl_sql_expr(expression)))


def escaped(sql: str) -> str:
    """Return SQL in which SQLAlchemy takes no colon for the beginning of a parameter."""
    return re.sub(r"(?<![:\\]):(?!:)", r"\\:", sql)
