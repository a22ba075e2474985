"""How Alembic sees that a CHECK constraint has changed: PostgreSQL itself reads both texts."""

from typing import Any, Final

from alembic.autogenerate.api import AutogenContext
from alembic.ddl._autogen import ComparisonResult
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from alembic.util.sqla_compat import all_table_check_constraints
from sqlalchemy import CheckConstraint, Column, Connection, MetaData, Table, literal_column, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.elements import conv

PLUGIN: Final = "migrations.check_constraints"
AUTOGENERATE_PLUGINS: Final = [
    "alembic.autogenerate.*",
    "alembic.ext.checkconstraint_byname",
    PLUGIN,
]
PROBE: Final = "check_probe"
EXPRESSION: Final = text(
    "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint"
    " WHERE conrelid = to_regclass(:table) AND conname = :name"
)


class CheckComparingImpl(PostgresqlImpl):
    """Alembic's PostgreSQL, which also compares what CHECK constraints say.

    Alembic uses the class that was defined last for a dialect, so importing it is enough.
    """

    __dialect__ = "postgresql"

    def compare_check_constraint(
        self, metadata_constraint: CheckConstraint, reflected_constraint: CheckConstraint
    ) -> ComparisonResult:
        """Tell whether PostgreSQL reads the constraint in the code as the one that it has."""
        connection = self.connection
        if connection is None:
            return ComparisonResult.Skip("there is no database")
        table = self.dialect.identifier_preparer.format_table(reflected_constraint.table)
        parameters = {"table": table, "name": reflected_constraint.name}
        existing = connection.scalar(EXPRESSION, parameters)
        wanted = self.expression_as_stored(connection, metadata_constraint)
        if wanted == existing:
            return ComparisonResult.Equal()
        return ComparisonResult.Different(f"{existing} to {wanted}")

    def expression_as_stored(self, connection: Connection, check: CheckConstraint) -> str | None:
        """Return the expression as PostgreSQL stores it for the table in the code.

        None means that it cannot be stored, as where the database does not have a type yet.
        """
        parent: Any = check.parent
        table = parent.table if isinstance(parent, Column) else parent
        probe = Table(
            PROBE,
            MetaData(),
            *(Column(column.name, column.type) for column in table.columns),
            CheckConstraint(literal_column(self.render_ddl_sql_expr(check.sqltext)), name=PROBE),
            prefixes=["TEMPORARY"],
        )
        savepoint = connection.begin_nested()
        try:
            connection.execute(CreateTable(probe))
            stored: str | None = connection.scalar(
                EXPRESSION, {"table": f"pg_temp.{PROBE}", "name": PROBE}
            )
        except DBAPIError:
            return None
        else:
            return stored
        finally:
            savepoint.rollback()


def shorten_names(
    autogen_context: AutogenContext,
    _modify_table_ops: object,
    _schema: str | None,
    _table_name: str,
    _conn_table: Table | None,
    metadata_table: Table | None,
) -> PriorityDispatchResult:
    """Give long names of constraints the form that PostgreSQL knows them by."""
    if metadata_table is not None:
        preparer = autogen_context.dialect.identifier_preparer
        for check in all_table_check_constraints(metadata_table):
            name = preparer.format_constraint(check, _alembic_quote=False)
            if name is not None:
                check.name = conv(name)
    return PriorityDispatchResult.CONTINUE


plugin = Plugin(PLUGIN)
plugin.add_autogenerate_comparator(shorten_names, "table", "names", priority=DispatchPriority.FIRST)
