"""The service. Imports go one way: `api` to `services` to `db`; all may import `core`."""
