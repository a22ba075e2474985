"""The changes of the tables, one after the other, and how Alembic runs and compares them."""
