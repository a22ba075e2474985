"""Errors that a person can act on; the message says what is wrong and what to write instead."""


class ScaffoldError(Exception):
    """A command cannot do what it was asked; its message is all that is printed."""


class ConflictError(ScaffoldError):
    """A merge needs a person: both sides changed the same lines."""


class Interrupt(BaseException):
    """Ctrl-C: a person stops the command."""
