"""Mistakes that an owner or a broken template could make; a service's own tests see each."""
