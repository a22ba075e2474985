"""What turns the differences that Alembic finds into a migration that is safe to run."""

from collections.abc import Iterable, Sequence

from alembic.operations.ops import (
    AddColumnOp,
    AlterColumnOp,
    CreateTableOp,
    MigrateOperation,
    MigrationScript,
)
from alembic.runtime.migration import MigrationContext

from tools.check_text import spell_checks
from tools.hazards import condition_in, loss_in, steps_for_change
from tools.renames import Step, name_for
from tools.revision_text import Remark
from tools.safe_operations import Defaults, in_order, is_required, steps_for_required


class SafeMigration:
    """Rewrites Alembic's operations; afterwards `warnings` says what to look at."""

    def __init__(self, renames: Sequence[Step], defaults: Defaults) -> None:
        self.renames = renames
        self.defaults = defaults
        self.warnings: list[str] = []

    def __call__(
        self, context: MigrationContext, _revision: object, directives: list[MigrationScript]
    ) -> None:
        """Rewrite the one migration in the list, or take it out where nothing is different."""
        upgrade, downgrade = directives[0].upgrade_ops, directives[0].downgrade_ops
        if upgrade is None or downgrade is None or (upgrade.is_empty() and not self.renames):
            directives.clear()
            return
        forward = [step.operation() for step in self.renames]
        back = [step.reverse().operation() for step in reversed(self.renames)]
        upgrade.ops = [*forward, *self.steps(context, in_order(upgrade.ops), warn=True)]
        downgrade.ops = [*self.steps(context, in_order(downgrade.ops), warn=False), *back]

    def steps(
        self, context: MigrationContext, operations: Iterable[MigrateOperation], *, warn: bool
    ) -> list[MigrateOperation]:
        """Return the operations as steps that are safe, with remarks on what is not."""
        steps: list[MigrateOperation] = []
        without_rows: set[str] = set()
        for operation in operations:
            spell_checks(context, operation)
            without_rows |= names_without_rows(operation, self.defaults)
            if warn:
                remarks = (loss_in(operation), condition_in(operation, without_rows))
                steps += [Remark(remark) for remark in remarks if remark]
            if isinstance(operation, AddColumnOp) and is_required(operation):
                steps += steps_for_required(operation, self.defaults)
            elif isinstance(operation, AlterColumnOp):
                place = (operation.table_name, operation.column_name)
                steps += steps_for_change(context, operation, self.defaults.get(place))
            else:
                steps.append(operation)
        if warn:
            self.warnings = [step.text for step in steps if isinstance(step, Remark)]
        return steps


def names_without_rows(operation: MigrateOperation, defaults: Defaults) -> set[str]:
    """Return the names of what an operation adds and of which no row holds anything else yet."""
    if isinstance(operation, CreateTableOp):
        return {operation.table_name}
    if isinstance(operation, AddColumnOp):
        table, column = operation.table_name, operation.column
        empty = column.nullable and column.server_default is None
        if empty or (table, column.name) in defaults:
            return {f"{table}.{column.name}", name_for("c", table, [column.name])}
    return set()
