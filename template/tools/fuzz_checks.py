"""What Schemathesis holds against an answer, beside its own checks."""

from http import HTTPStatus
from typing import Any, Final

import schemathesis
from schemathesis import Case, Response

from app.api.errors import INVALID

REFUSALS: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
# What OpenAPI cannot say: the digits of a decimal; what stands deep in a document; bounds, where a number is sent as text; and
# those of integers beyond 2**53, which FastAPI rounds to the nearest float.
OF_DECIMALS: Final = ("Decimal input ", "Input should be a valid decimal")
OF_JSON: Final = ("Value error, text must not hold ", "Value error, the document must ")
OF_BOUNDS: Final = ("Input should be less ", "Input should be greater ")
EXACT_MAX: Final = 2**53


def valid_data_is_taken(_context: object, response: Response, case: Case[Any]) -> None:
    """Have requests that OpenAPI allows pass validation, whatever a service says of them then.

    A service may know no row with an id that was sent, or refuse a cursor that was made up.
    """
    meant_well = case.meta is not None and case.meta.generation.mode.is_positive
    if not meant_well or response.status_code not in REFUSALS:
        return
    problem = response.json()
    refused = [error for error in problem.get("errors", []) if not is_excused(error, case)]
    message = f"OpenAPI allows what is refused as: {problem}"
    assert problem["detail"] != INVALID or not refused, message  # noqa: S101 - how it is told


def is_excused(error: dict[str, Any], case: Case[Any]) -> bool:
    """Tell whether a refusal is none of what OpenAPI could have said."""
    place, *rest = error["location"]
    if place == "path":  # Schemathesis takes it for the query's parameter of the same name
        return True
    sent: Any = case.body if place == "body" else case.query
    value = sent.get(rest[0]) if rest and isinstance(sent, dict) else None
    vague = isinstance(value, str) or (isinstance(value, int) and abs(value) > EXACT_MAX)
    message: str = error["message"]
    return message.startswith(OF_DECIMALS + OF_JSON) or (vague and message.startswith(OF_BOUNDS))


schemathesis.check(valid_data_is_taken)  # no decorator: mypy does not read Schemathesis
