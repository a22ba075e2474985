"""Scripts that run in a service, with its Python and its modules."""
