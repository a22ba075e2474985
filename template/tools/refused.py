"""The one error of `poe resource`."""


class RefusedError(Exception):
    """What was asked for cannot be done; the message says what to write or do instead."""
