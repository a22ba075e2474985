"""Any answer either renders, and green, or is refused with one of the template's sentences."""

import os
import re
import shutil
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from copier import run_copy
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from tests.answer_sets import Spec
from tests.shared_processes import Forks
from tests.specs import garbage, resources, spoilt_resources
from tests.support import OF_RESOURCES, Service

SENTENCE: Final = re.compile(
    r"Validation error for question '(?:resources|features)': (The answer|Resource|Field) [^\n]+: [^\n]+\.\Z"
)
# A long run, of 2,000 specs: SPECS=1000 uv run pytest tests/test_any_answer.py -k legal
SPECS: Final = int(os.environ.get("SPECS", "6"))
SEED: Final = int(os.environ.get("SEED", "0"))  # another one draws other specs
PARTS: Final = 2  # which different workers can take
WHOLE_EVERY: Final = max(3, SPECS // 10)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each example is rendered, in the place of the one before."""
    return tmp_path_factory.mktemp("any") / "service"


def sentence_against(template: Path, place: Path, answer: Any) -> str | None:
    """Return what the template has against an answer, or nothing where it rendered."""
    shutil.rmtree(place, ignore_errors=True)
    answers = {"resources": answer, "features": ["auth"] if "'owned': True" in repr(answer) else []}
    try:
        run_copy(str(template), place, data=answers, defaults=True, quiet=True)
    except ValueError as error:
        assert not place.exists()
        return str(error)
    return None


@pytest.mark.slow
@settings(max_examples=25, derandomize=True, deadline=None, database=None)
@given(answer=garbage.filter(lambda drawn: not isinstance(drawn, str | bytes)))
def test_garbage_is_refused_with_a_sentence(template_files: Path, place: Path, answer: Any) -> None:
    sentence = sentence_against(template_files, place, answer)
    assert answer == [] or (sentence is not None and SENTENCE.match(sentence))


@pytest.mark.slow
@settings(max_examples=35, derandomize=True, deadline=None, database=None)
@given(answer=spoilt_resources)
def test_a_spoilt_spec_is_refused_with_a_sentence(
    template_files: Path, place: Path, answer: list[Spec]
) -> None:
    sentence = sentence_against(template_files, place, answer)
    assert sentence is None or SENTENCE.match(sentence)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_legal_spec_is_green(
    template_files: Path, place: Path, environment: Path, forks: Forks, part: int
) -> None:
    service = Service(place, environment)
    rendered = count(1)

    @seed(SEED * PARTS + part)
    @settings(
        max_examples=SPECS,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(answer=resources())
    def check(answer: list[Spec]) -> None:
        sentence = sentence_against(template_files, place, answer)
        assert sentence is None or SENTENCE.match(sentence)
        assume(sentence is None)
        service.run("ruff", "format", "--check", "--diff", ".")
        service.run("ruff", "check", ".")
        service.run("mypy")
        if next(rendered) % WHOLE_EVERY == 0:
            code, output = forks.attempt(service, "pytest", "--quiet", "-x", *OF_RESOURCES)
            assert code == pytest.ExitCode.OK, output

    check()
    assert next(rendered) > SPECS
