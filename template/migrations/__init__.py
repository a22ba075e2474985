"""The migrations of the database, and the environment in which Alembic runs them."""
