"""Business rules and queries, one class per resource; a service owns its transactions."""
