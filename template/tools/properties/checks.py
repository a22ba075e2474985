"""A check for Schemathesis that replaces its `positive_data_acceptance`."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

import schemathesis
from schemathesis import Case, Response

from app.api.errors import INVALID

# OpenAPI cannot describe validators in Python, the digits of a decimal, the bounds of a number that
# is sent as text, and those of an integer beyond 2**53, which FastAPI rounds to a float.
MESSAGES: Final = ("Value error, ", "Decimal input ", "Input should be a valid decimal")
BOUNDS_MESSAGES: Final = ("Input should be less ", "Input should be greater ")


def valid_data_is_accepted(_context: object, response: Response, case: Case[Any]) -> None:
    """Check that a request that OpenAPI allows passes validation.

    A service may still reject it, such as for an unknown id or an invented cursor.
    """
    is_valid = case.meta is not None and case.meta.generation.mode.is_positive
    if not is_valid or response.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
        return
    problem = response.json()
    errors = [error for error in problem.get("errors", []) if not is_expected(error, case)]
    if errors and problem["detail"] == INVALID:
        message = f"OpenAPI allows a request that is rejected with: {problem}"
        raise AssertionError(message)


def is_expected(error: dict[str, Any], case: Case[Any]) -> bool:
    """Return whether OpenAPI cannot describe the reason of an error."""
    place, *rest = error["location"]
    value: Any = {"body": case.body, "header": case.headers}.get(place, case.query)
    with suppress(LookupError, TypeError, ValueError):  # the last names may be those of a union
        for key in rest:
            value = value[int(key) if isinstance(value, list) else key]
    # Schemathesis takes a path for the query's parameter of the same name, and writes null as a word.
    if place == "path" or (place == "header" and value == "null"):
        return True
    inexact = isinstance(value, str) or (isinstance(value, int) and abs(value) > 2**53)
    messages = MESSAGES + (BOUNDS_MESSAGES if inexact else ())
    return str(error["message"]).startswith(messages)


schemathesis.check(valid_data_is_accepted)  # no decorator: mypy does not read Schemathesis
