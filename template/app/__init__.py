"""The service: layers point one way, `api` to `services` to `db`, with `core` below all."""
