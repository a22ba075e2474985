"""Whatever the API of a service is sent, it answers as it says in OpenAPI, for fields of every kind."""

from collections.abc import Callable

import pytest

from tests.answer_sets import REFERENCES, TYPES, resource
from tests.support import Service
from tests.updates.text import replace


@pytest.mark.slow
def test_the_api_keeps_its_word(make_service: Callable[..., Service]) -> None:
    service = make_service(resources=[resource("everything", **TYPES), *REFERENCES[:3]])
    output = service.run("poe", "properties", "--phases=fuzzing", "--max-examples=2")
    assert "No issues found" in output


@pytest.mark.slow
def test_a_service_that_does_not_start_is_reported(owned: Service) -> None:
    file = owned.path / "app/main.py"
    database = "app.state.database = Database(settings)"
    replace(file, database, f"raise RuntimeError\n        {database}")
    code, output = owned.attempt("poe", "properties")
    assert code == 1
    assert "The service did not start: see its log above." in output
