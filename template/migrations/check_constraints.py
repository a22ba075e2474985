"""How Alembic compares and writes CHECK constraints: PostgreSQL itself reads both texts."""

import re
from typing import Any, Final

from alembic.autogenerate.api import AutogenContext
from alembic.ddl.impl import ComparisonResult
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from alembic.util.sqla_compat import all_table_check_constraints
from sqlalchemy import CheckConstraint, Column, Connection, MetaData, Table, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.elements import conv

PLUGIN: Final = "migrations.check_constraints"
PROBE: Final = "check_probe"
EXPRESSION: Final = text(
    "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint"
    " WHERE conrelid = to_regclass(:table) AND conname = :name"
)


def escaped(sql: str) -> str:
    """Return SQL with its colons escaped, so that SQLAlchemy reads no parameters in it."""
    return re.sub(r"(?<![:\\]):(?!:)", r"\\:", sql)


class CheckComparingImpl(PostgresqlImpl):
    """Alembic's PostgreSQL, which also compares what CHECK constraints say.

    Alembic uses the class that was defined last for a dialect, so importing it is enough.
    """

    __dialect__ = "postgresql"

    def render_ddl_sql_expr(self, expr: Any, *args: Any, **kw: Any) -> str:
        """Return an expression as text for `sa.text`."""
        if isinstance(expr, TextClause) and not kw.get("is_index"):
            return escaped(expr.text)
        sql = super().render_ddl_sql_expr(expr, *args, **kw)
        return sql if kw.get("is_index") else escaped(sql)

    def compare_check_constraint(
        self, metadata_constraint: CheckConstraint, reflected_constraint: CheckConstraint
    ) -> ComparisonResult:
        """Compare how PostgreSQL stores the constraint in the code with the one that it has."""
        connection = self.connection
        if connection is None:
            return ComparisonResult.Skip("there is no database")
        table = self.dialect.identifier_preparer.format_table(reflected_constraint.table)
        existing = connection.scalar(
            EXPRESSION, {"table": table, "name": reflected_constraint.name}
        )
        wanted = self.as_stored(connection, metadata_constraint, reflected_constraint.table)
        if wanted == existing:
            return ComparisonResult.Equal()
        return ComparisonResult.Different(f"{existing} to {wanted}")

    def as_stored(self, connection: Connection, check: CheckConstraint, old: Table) -> str | None:
        """Return the expression as PostgreSQL stores it for the columns that the table keeps.

        None means that it cannot be stored, as when it needs a column that is new.
        """
        probe = Table(
            PROBE,
            MetaData(),
            *(Column(each.name, each.type) for each in check.table.c if each.name in old.c),
            CheckConstraint(self.render_ddl_sql_expr(check.sqltext), name=PROBE),
            prefixes=["TEMPORARY"],
        )
        savepoint = connection.begin_nested()
        try:
            connection.execute(CreateTable(probe))
            stored = connection.scalar(EXPRESSION, {"table": f"pg_temp.{PROBE}", "name": PROBE})
        except DBAPIError:
            return None
        else:
            return str(stored)
        finally:
            savepoint.rollback()


def prepare_checks(context: AutogenContext, *_: object) -> PriorityDispatchResult:
    """Move the constraints of columns and types to their tables, with names as PostgreSQL has them.

    They become text: one that refers to columns adds itself to their table wherever it is copied.
    """
    impl, preparer = context.migration_context.impl, context.dialect.identifier_preparer
    for table in context.sorted_tables:
        for check in all_table_check_constraints(table):
            check.parent.constraints.discard(check)
            name = own_name(check)
            sql = impl.render_ddl_sql_expr(check.sqltext)
            if check._create_rule is None or check._create_rule(impl):  # noqa: SLF001 - as below
                copy = CheckConstraint(sql, name=name)
                table.append_constraint(copy)
                copy.name = conv(str(preparer.format_constraint(copy, _alembic_quote=False)))
    return PriorityDispatchResult.CONTINUE


def own_name(check: CheckConstraint) -> Any:
    """Return the name of a constraint; one of a type that has none is named after its column."""
    if not check._type_bound:  # noqa: SLF001 - only private attributes tell of types
        return check.name
    (column,) = check.columns
    vars(column.type)["create_constraint"] = False
    return check.name if isinstance(check.name, str) else column.name


plugin = Plugin(PLUGIN)
plugin.add_autogenerate_comparator(prepare_checks, "schema", priority=DispatchPriority.FIRST)
