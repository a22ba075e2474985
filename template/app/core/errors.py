"""Errors that services raise; each class has its HTTP status."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar, NamedTuple


class InvalidValue(NamedTuple):
    """One invalid value: its location in the request, and what is wrong with it."""

    location: tuple[str, ...]
    message: str


class ServiceError(Exception):
    """An expected error; the client receives `detail` and the invalid values.

    `retry_after` is the time in seconds after which the same request may succeed; `headers` are
    sent as they are.
    """

    status: ClassVar[HTTPStatus]
    retry_after: ClassVar[int | None] = None
    headers: Mapping[str, str] = {}

    def __init__(self, detail: str, *invalid: InvalidValue) -> None:
        super().__init__(detail)
        self.detail = detail
        self.invalid = invalid


class ResponseCutError(Exception):
    """A response has begun and cannot be finished: only closing the connection reports that."""


class NotFoundError(ServiceError):
    """No row has this id."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, resource: str, row_id: object) -> None:
        super().__init__(f"There is no {resource} with id {row_id}.")


class ConflictError(ServiceError):
    """A unique value is already taken; names the fields."""

    status = HTTPStatus.CONFLICT

    def __init__(self, fields: tuple[str, ...]) -> None:
        taken = [InvalidValue(("body", field), "This value is taken.") for field in fields]
        super().__init__(f"Another row has the same {', '.join(fields) or 'values'}.", *taken)


class StillReferencedError(ServiceError):
    """Other rows refer to the row that was to be deleted."""

    status = HTTPStatus.CONFLICT

    def __init__(self, resources: str) -> None:
        super().__init__(f"There are {resources} that refer to this row; delete or change them.")


class UnknownReferenceError(ServiceError):
    """A field refers to a row that does not exist."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, fields: tuple[str, ...]) -> None:
        unknown = [InvalidValue(("body", field), "No row has this id.") for field in fields]
        super().__init__(f"No row has the id in {', '.join(fields) or 'a field'}.", *unknown)


class RefusedValueError(ServiceError):
    """A value violates a CHECK constraint; names the fields."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, fields: tuple[str, ...]) -> None:
        refused = [InvalidValue(("body", field), "This value is not allowed.") for field in fields]
        names = f" for {', '.join(fields)}" if fields else ""
        super().__init__(f"A constraint rejects what was sent{names}.", *refused)


class PreconditionFailedError(ServiceError):
    """The row has changed since the client read it (RFC 9110, 13.1.1)."""

    status = HTTPStatus.PRECONDITION_FAILED

    def __init__(self, etag: str) -> None:
        super().__init__(f"If-Match does not name the current version, {etag}; read it again.")


class InvalidParameterError(ServiceError):
    """A query parameter is invalid in a way that its schema cannot express."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, parameter: str, message: str) -> None:
        refused = InvalidValue(("query", parameter), message)
        super().__init__(f"The query parameter '{parameter}' is not valid.", refused)


class DatabaseUnavailableError(ServiceError):
    """The database refused or dropped the connection, or did not answer in time."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("The database is not available; try again shortly.")
