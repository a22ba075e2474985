"""What turns the differences that Alembic finds into a migration that is safe to run."""

from collections.abc import Mapping
from typing import NamedTuple

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, text

from migrations.check_constraints import escaped
from migrations.named_types import kept_default
from tools.migrations.hazards import Remark, with_hazards
from tools.migrations.operations import Operations, in_order
from tools.migrations.types import conversion, loss

Defaults = Mapping[tuple[str, str], str]
IMPOSSIBLE = "PostgreSQL cannot convert it: write another expression after USING"


class Steps(NamedTuple):
    """What a migration does before all that Alembic finds, and what its downgrade ends with."""

    first: list[ops.MigrateOperation]
    last: list[ops.MigrateOperation]


class SafeMigration:
    """Rewrites Alembic's operations; afterwards `warnings` says what to look at."""

    def __init__(self, known: Steps, defaults: Defaults) -> None:
        self.known = known
        self.defaults = defaults
        self.warnings: list[str] = []

    def __call__(
        self, context: MigrationContext, _revision: object, directives: list[ops.MigrationScript]
    ) -> None:
        """Rewrite the one migration in the list, or remove it if nothing differs."""
        upgrade, downgrade = directives[0].upgrade_ops, directives[0].downgrade_ops
        if upgrade is None or downgrade is None or (upgrade.is_empty() and not self.known.first):
            directives.clear()
            return
        steps = list(self.steps(context, with_hazards(in_order(upgrade.ops))))
        self.warnings = [step.text for step in steps if isinstance(step, Remark)]
        upgrade.ops = [*self.known.first, *steps]
        downgrade.ops = [*self.steps(context, in_order(downgrade.ops)), *self.known.last]

    def steps(self, context: MigrationContext, operations: Operations) -> Operations:
        """Give the operations in steps that work on a table with rows."""
        for operation in operations:
            match operation:
                case ops.AddColumnOp(column=Column(nullable=False, server_default=None)):
                    yield from self.add_required(context, operation)
                case ops.AlterColumnOp():
                    yield from self.alter(context, operation)
                case _:
                    yield operation

    def add_required(self, context: MigrationContext, operation: ops.AddColumnOp) -> Operations:
        """Give the steps that add a required column, for which the rows have no value yet."""
        table, column = operation.table_name, operation.column
        kind, comment = column.type, column.comment
        literal = self.defaults.get((table, column.name))
        if literal is None:
            yield ops.AddColumnOp(table, Column(column.name, kind, comment=comment))
            step = ops.AlterColumnOp(table, column.name, existing_type=kind, modify_nullable=False)
            yield from self.alter(context, step)
        else:  # PostgreSQL notes the default of the rows that exist, and writes none of them
            value = text(literal)
            added = Column(column.name, kind, nullable=False, server_default=value, comment=comment)
            yield ops.AddColumnOp(table, added)
            yield ops.AlterColumnOp(table, column.name, modify_server_default=None)

    def alter(self, context: MigrationContext, operation: ops.AlterColumnOp) -> Operations:
        """Give a change of a column, after what makes it succeed or says why it may not."""
        table, column = operation.table_name, operation.column_name
        quote = context.dialect.identifier_preparer.quote
        literal = self.defaults.get((table, column))
        if operation.modify_nullable is False and literal is not None:
            update = f"UPDATE {quote(table)} SET {quote(column)} = {literal}"  # noqa: S608 - quoted by us
            yield ops.ExecuteSQLOp(escaped(f"{update} WHERE {quote(column)} IS NULL"))
        elif operation.modify_nullable is False:
            yield Remark(
                f"{table}.{column} becomes required: this fails while a row has no value there,"
                " so first write an UPDATE that gives each row one."
            )
        connection = context.connection
        if not (operation.modify_type and operation.existing_type and connection):
            yield operation
            return
        old = str(operation.existing_type.compile(context.dialect))
        new = str(operation.modify_type.compile(context.dialect))
        cast = conversion(connection, operation.existing_type, operation.modify_type)
        hazard = IMPOSSIBLE if cast is None else loss(old, new)
        if hazard:
            yield Remark(f"{table}.{column} changes from {old} to {new}: {hazard}.")
        name, default = quote(column), kept_default(operation)
        if cast or cast is None or default:
            change = f"ALTER {name} DROP DEFAULT, ALTER {name} TYPE {new} USING {name}{cast or ''}"
            change += f", ALTER {name} SET DEFAULT {default}" if default else ""
            yield ops.ExecuteSQLOp(escaped(f"ALTER TABLE {quote(table)} {change}"))
            operation.modify_type = None
        if operation.has_changes():
            yield operation
