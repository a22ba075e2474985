"""Whatever the API of a service is sent, it answers as it says in OpenAPI, for fields of every kind."""

from collections.abc import Callable

import pytest

from tests.answer_sets import ANSWER_SETS
from tests.support import Service


@pytest.mark.slow
@pytest.mark.parametrize("answers", ["types", "references"])
def test_the_api_keeps_its_word(make_service: Callable[..., Service], answers: str) -> None:
    service = make_service(**ANSWER_SETS[answers])
    output = service.run("poe", "properties", "--phases=examples,fuzzing", "--max-examples=2")
    assert "No issues found" in output
