"""Fields that cannot work are refused with a sentence that says what to write instead."""

from pathlib import Path

import pytest

from tests.answer_sets import TEXT, Spec, resource
from tests.field_cases import FIELDS
from tests.support import refusal_of
from tests.type_cases import FIELDS_OF_TYPES


@pytest.mark.parametrize(("field", "end"), FIELDS + FIELDS_OF_TYPES)
def test_a_field_that_cannot_work_is_refused(
    field: Spec, end: str, template_files: Path, tmp_path: Path
) -> None:
    answer = [resource("first"), resource("thing", fine=TEXT, spoilt=field)]
    sentence = f"Field 'spoilt' of resource 'thing' {end}"
    assert refusal_of(template_files, tmp_path, "resources", answer) == sentence
