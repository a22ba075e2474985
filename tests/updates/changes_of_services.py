"""What a later release may bring around the resources: settings, modules, the project, its texts."""

from pathlib import Path
from typing import Final

from tests.updates.text import append, cut, insert_before, replace, write

RESOURCE: Final = "{% yield resource from entities %}{{ resource.name }}{% endyield %}"
ENDPOINT_TESTS: Final = f"tests/integration/api/test_{RESOURCE}_endpoints.py.jinja"
SERVICE_TESTS: Final = f"tests/unit/services/test_{RESOURCE}_service.py.jinja"
CONFIG: Final = "app/core/config.py.jinja"
PROJECT: Final = "pyproject.toml.jinja"
WORKFLOW: Final = ".github/workflows/ci.yml"
TEST: Final = """

async def test_nobody_is_surprised(client: AsyncClient) -> None:
    answer = await client.get(URL)
    assert answer.status_code == 200
"""
PAGE: Final = '''"""Helpers of a later release."""


def double(number: int) -> int:
    """Return twice the number."""
    return 2 * number
'''


def new_settings(root: Path) -> None:
    line = '    newest: bool = Field(default=True, description="Whether it is the newest.")\n'
    insert_before(root / CONFIG, "\n\ndef load_settings", line)


def new_setting_in_between(root: Path) -> None:
    line = '    between: bool = Field(default=True, description="Whether it is between.")\n'
    insert_before(root / CONFIG, "    max_body_size:", line)


def new_defaults(root: Path) -> None:
    replace(root / CONFIG, "default=10,", "default=8,")
    replace(root / CONFIG, "default=4.0,", "default=3.5,")


def new_line_in_main(root: Path) -> None:
    line = "    install_error_handlers(app)\n"
    replace(root / "app/main.py.jinja", line, f"{line}    app.state.release = 2\n")


def new_imports_in_main(root: Path) -> None:
    line = "from app.core.logging import configure_logging\n"
    replace(root / "app/main.py.jinja", line, f"{line}from app.core.page import double\n")
    write(root / "app/core/page.py", PAGE)


def new_modules(root: Path) -> None:
    write(root / "app/core/page.py", PAGE)
    write(root / "tests/unit/core/test_page.py", '"""Tests of a later release."""\n')


def module_gone(root: Path) -> None:
    (root / "tests/unit/core/test_etag.py").unlink()
    (root / "tests/unit/db/test_cursor.py").unlink()


def module_moved(root: Path) -> None:
    (root / "app/core/tags").mkdir()
    (root / "app/core/etag.py").rename(root / "app/core/tags/etag.py")


def generated_file_gone(root: Path) -> None:
    (root / SERVICE_TESTS).unlink()


def new_generated_file(root: Path) -> None:
    text = '{% set name = resource.name %}\n"""Rules of {{ name }}."""\n'
    write(root / f"app/core/{RESOURCE}_rules.py.jinja", text)


def new_tests(root: Path) -> None:
    append(root / ENDPOINT_TESTS, TEST)
    append(root / SERVICE_TESTS, TEST.replace("URL", '"/livez"'))


def changed_tests(root: Path) -> None:
    text = (root / ENDPOINT_TESTS).read_text()
    changed = text.replace("assert answer.status_code ==", "assert int(answer.status_code) ==")
    (root / ENDPOINT_TESTS).write_text(changed)


def test_gone(root: Path) -> None:
    cut(
        root / SERVICE_TESTS, "{{ wrap('async def test_get_names_the_missing_row(", "\n\n\n{{ wrap("
    )


def new_dependency(root: Path) -> None:
    insert_before(root / PROJECT, '    "structlog>=', '    "orjson>=3",  # faster JSON\n')
    replace(root / PROJECT, "dev = [\n", 'dev = [\n    "anyio>=4",  # concurrency\n')


def new_versions(root: Path) -> None:
    text = (root / PROJECT).read_text()
    before, rest = text.split("constraint-dependencies = [", 1)
    listed, after = rest.split("]", 1)
    (root / PROJECT).write_text(
        f"{before}constraint-dependencies = [{listed.replace('==2', '==3')}]{after}"
    )


def new_tasks(root: Path) -> None:
    append(root / PROJECT, '\n[tool.poe.tasks.later]\nhelp = "Wait"\ncmd = "true"\n')


def new_section_of_the_readme(root: Path) -> None:
    append(root / "README.md.jinja", "\n## Later\n\nThis came with a later release.\n")


def changed_readme(root: Path) -> None:
    replace(root / "README.md.jinja", "## Tasks\n", "## All tasks\n\nEach is one command.\n")


def new_steps(root: Path) -> None:
    append(root / WORKFLOW, "      - run: uv cache prune --ci\n")
    replace(root / WORKFLOW, "timeout-minutes: 15", "timeout-minutes: 10")


def new_ignored_files(root: Path) -> None:
    append(root / ".gitignore", "/later/\n")
    append(root / ".env.example.jinja", "\n# For later.\n# LATER=1\n")


def new_format(root: Path) -> None:
    """As where a release of the formatter has other ideas."""
    for module in [*(root / "app").rglob("*.py"), *(root / "tests").rglob("*.py")]:
        module.write_text(module.read_text().replace("\n\n\ndef ", "\n\n\n\ndef "))
