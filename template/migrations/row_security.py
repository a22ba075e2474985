"""What migrations written by hand call so that PostgreSQL itself filters rows by their owner."""

from typing import Final

from alembic import op

# Forced: without that it is off for the role that owns the table.
ENABLE: Final = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY
"""
CREATE: Final = "CREATE POLICY owner ON {table} USING (owner = current_setting('app.owner', true))"
DROP: Final = "DROP POLICY owner ON {table}"
DISABLE: Final = """
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY
"""


def enable_row_security(table: str) -> None:
    """Let each transaction find and store rows of one owner only: the setting `app.owner`.

    Set AUTH_ROW_SECURITY=true before this is deployed; superusers and roles with BYPASSRLS are not
    filtered. A later migration that writes rows of the table first disables it.
    """
    op.execute(ENABLE.format(table=quoted(table)))
    op.execute(CREATE.format(table=quoted(table)))


def disable_row_security(table: str) -> None:
    """Undo `enable_row_security`."""
    op.execute(DROP.format(table=quoted(table)))
    op.execute(DISABLE.format(table=quoted(table)))


def quoted(table: str) -> str:
    """Return the name of a table as SQL."""
    return op.get_context().dialect.identifier_preparer.quote(table)
