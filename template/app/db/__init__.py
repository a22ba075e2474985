"""The database: tables, sessions, pages."""
