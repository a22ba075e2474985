"""Whatever the API of a service is sent, it answers as it says in OpenAPI, for fields of every kind."""

from collections.abc import Callable

import pytest

from tests.answer_sets import REFERENCES, TYPES, resource
from tests.support import Service


@pytest.mark.slow
def test_the_api_keeps_its_word(make_service: Callable[..., Service]) -> None:
    service = make_service(resources=[resource("everything", **TYPES), *REFERENCES])
    output = service.run("poe", "properties", "--phases=fuzzing", "--max-examples=2")
    assert "No issues found" in output
