"""Writes and runs migrations: what Alembic finds, in steps that rows survive."""
