"""HTTP: the only layer that imports FastAPI."""
