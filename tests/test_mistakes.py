"""The tools of a service see the mistakes that its guide names, and no others."""

import re
from pathlib import Path
from typing import Final

import pytest
from copier import run_copy

from tests.mistakes import in_endpoints, in_services
from tests.mistakes.legal import LEGAL
from tests.mistakes.legal_live import UPLOAD_ROUTES
from tests.mistakes.planted import Planted
from tests.support import Service

COMMANDS: Final = {
    "ruff": ("ruff", "check", "--no-cache", "--output-format", "concise", "."),
    "format": ("ruff", "format", "--no-cache", "--check", "."),
    "types": ("mypy",),
    "layers": ("lint-imports", "--no-cache"),
    "rules": ("poe", "rules"),
}
PLANTED: Final = [*in_endpoints.ALL, *in_services.ALL]
ALLOWED: Final = [*LEGAL, UPLOAD_ROUTES]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def said(
    template_files: Path, environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What each tool says about a service with all of it at once."""
    place = tmp_path_factory.mktemp("mistaken") / "service"
    run_copy(str(template_files), place, defaults=True, quiet=True)
    for planted in (*PLANTED, *ALLOWED):
        planted.plant(place)
    service = Service(place, environment)
    return {tool: service.attempt(*command)[1] for tool, command in COMMANDS.items()}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_mistake_is_seen(said: dict[str, str], planted: Planted) -> None:
    output = said[planted.tool]
    if planted.tool == "layers":
        # The name of a contract, underlined, stands above what breaks it.
        about = rf"{planted.says}[^\n]*\n-+\n(?:(?!\n-+\n).)*{re.escape(planted.module)}\b"
        assert re.search(about, output, re.DOTALL), output
    else:
        lines = [line for line in output.splitlines() if line.startswith(planted.path)]
        assert any(planted.says in line for line in lines), lines


@pytest.mark.parametrize("legal", ALLOWED, ids=lambda legal: legal.name)
def test_legitimate_code_is_let_pass(said: dict[str, str], legal: Planted) -> None:
    for output in said.values():
        assert legal.path not in output
        assert legal.module not in output
