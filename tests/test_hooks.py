"""The service's pre-commit hooks run the tools of its own environment."""

from collections.abc import Callable

import pytest

from tests.support import Service

MESSY = "import sys\nimport os\ndef  f( ):\n  return os.path"


@pytest.mark.slow
def test_hooks_pass_on_a_new_service_and_stop_a_mess(
    make_service: Callable[..., Service],
) -> None:
    service = make_service()
    environment = {"UV_PROJECT_ENVIRONMENT": str(service.environment)}
    service.run("git", "init", "--quiet")
    service.run("git", "add", "--all")
    service.run("pre-commit", "run", "--all-files", **environment)
    (service.path / "app" / "mess.py").write_text(MESSY)
    service.run("git", "add", "--all")
    code, output = service.attempt("pre-commit", "run", "--all-files", **environment)
    assert code == 1
    assert "format" in output
    assert "mess.py" in output
    assert "D100 Missing docstring" in output
