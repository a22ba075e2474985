"""What a migration contains beside Alembic's own operations: remarks, and casts of columns."""

import textwrap
from collections.abc import Iterable

from alembic.autogenerate import render_op_text, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp, MigrateOperation

Operations = Iterable[MigrateOperation]


class Remark(MigrateOperation):
    """A sentence for whoever runs the migration, written as a comment between the steps."""

    def __init__(self, text: str) -> None:
        self.text = text


class CastColumn(MigrateOperation):
    """A change of a column for which PostgreSQL needs an expression that converts the values."""

    def __init__(self, change: AlterColumnOp, using: str) -> None:
        self.change = change
        self.using = using


@renderers.dispatch_for(Remark)
def render_remark(_context: AutogenContext, operation: Remark) -> list[str]:
    """Write a remark as lines of comment."""
    return [f"# {line}" for line in textwrap.wrap(operation.text, width=90)]


@renderers.dispatch_for(CastColumn)
def render_cast(context: AutogenContext, operation: CastColumn) -> str:
    """Write the change with `postgresql_using`, which Alembic itself leaves out."""
    call = render_op_text(context, operation.change).removesuffix(")")
    return f"{call}, postgresql_using={operation.using!r})"
