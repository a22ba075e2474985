"""The tests of a service fail when its behaviour is broken: each mutation turns some of them red."""

from pathlib import Path
from typing import Final

import pytest
from copier import run_copy

from tests.mutations.endpoints import ENDPOINTS
from tests.mutations.models import MODELS
from tests.mutations.mutation import ALL, RESOURCES, Mutation
from tests.mutations.ownership import ALL_OF_OWNERS, ANSWERS, OWNERS
from tests.mutations.services import RULES
from tests.mutations.tables import TABLES
from tests.shared_processes import Forks
from tests.support import Service

MUTATIONS: Final = [*MODELS, *TABLES, *RULES, *ENDPOINTS]
PYTEST: Final = ("-x", "-q", "-p", "no:cacheprovider", "--tb=native")  # which is quickest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def original(
    template_files: Path, environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Service:
    """The service as it is rendered, one per worker."""
    place = tmp_path_factory.mktemp("mutated") / "service"
    run_copy(str(template_files), place, data={"resources": RESOURCES}, defaults=True, quiet=True)
    return Service(place, environment)


@pytest.fixture(scope="session")
def original_of_owners(
    template_files: Path, environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Service:
    """A service with owned resources as it is rendered, one per worker."""
    place = tmp_path_factory.mktemp("mutated-owners") / "service"
    run_copy(str(template_files), place, data=ANSWERS, defaults=True, quiet=True)
    return Service(place, environment)


def test_its_tests_pass_as_it_is_rendered(
    original: Service, original_of_owners: Service, forks: Forks
) -> None:
    for service, files in ((original, ALL), (original_of_owners, ALL_OF_OWNERS)):
        code, output = forks.attempt(service, "pytest", *PYTEST, *files)
        assert code == pytest.ExitCode.OK, output


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_is_seen(original: Service, forks: Forks, mutation: Mutation) -> None:
    see(original, forks, mutation)


@pytest.mark.parametrize("mutation", OWNERS, ids=lambda mutation: mutation.name)
def test_a_mutation_about_owners_is_seen(
    original_of_owners: Service, forks: Forks, mutation: Mutation
) -> None:
    see(original_of_owners, forks, mutation)


def see(service: Service, forks: Forks, mutation: Mutation) -> None:
    """Run the tests of a mutation, some of which have to fail."""
    with mutation.applied(service.path):
        code, output = forks.attempt(service, "pytest", *PYTEST, mutation.tests)
    assert code == pytest.ExitCode.TESTS_FAILED, output
    assert "\nFAILED " in output, output
