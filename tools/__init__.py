"""Tools for developing the template."""
