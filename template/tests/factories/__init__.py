"""Request data and rows of each resource; every value can be overridden."""
