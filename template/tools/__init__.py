"""Tools for developing the service; nothing in `app/` imports them."""
