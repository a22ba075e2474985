"""The files of the smallest template that a service can be made from and kept up to date with."""

from typing import Final

COPIER: Final = """\
_subdirectory: template
_answers_file: .copier-answers.yml
service_name:
  type: str
  default: tiny
resources:
  type: yaml
  default:
    - {name: product, fields: {name: {type: str}}}
  validator: "{% if not resources %}Write at least one resource.{% endif %}"
"""
ANSWERS: Final = "{{ _copier_answers | to_nice_yaml(sort_keys=false) | trim }}\n"
MAIN: Final = """\
\"\"\"Assembles the service.\"\"\"


def create_app() -> dict[str, str]:
    \"\"\"Return the app.\"\"\"
    app = {"name": "tiny"}
    app["health"] = "/livez"
    app["docs"] = "/docs"
    app["version"] = "v1"
    app["limit"] = "20"
    app["timeout"] = "30"
    return app
"""
CONFIG: Final = '"""Settings."""\n\n' + "".join(
    f"SETTING_{number} = {number}\n" for number in range(40)
)
RESOURCE: Final = """\
{% set class = resource.name | replace('_', ' ') | title | replace(' ', '') %}
\"\"\"Business rules of {{ resource.name }}.\"\"\"


class {{ class }}Service:
    \"\"\"What a caller does with each {{ resource.name }}.\"\"\"

    def __init__(self, rows: list[dict[str, object]]) -> None:
        self.rows = rows

    def create(self, values: dict[str, object]) -> dict[str, object]:
        \"\"\"Return the stored row.\"\"\"
        row = dict.fromkeys({{ resource.fields | list }}) | values
        self.rows.append(row)
        return row

    def get(self, number: int) -> dict[str, object]:
        \"\"\"Return one row.\"\"\"
        return self.rows[number]

    def find(self) -> list[dict[str, object]]:
        \"\"\"Return all rows.\"\"\"
        return list(self.rows)

    def delete(self, number: int) -> None:
        \"\"\"Delete one row.\"\"\"
        del self.rows[number]
"""
# Some 150 lines, the same for all resources but for a few.
TESTS: Final = """\
\"\"\"Tests of {{ resource.name }}.\"\"\"

NAME = "{{ resource.name }}"
{% for number in range(36) %}


def test_behaviour_{{ number }}() -> None:
    assert len(NAME) < {{ number + 50 }}
{% endfor %}
"""
PENDING: Final = """\
\"\"\"Tells whether the tables need a migration.\"\"\"

print("none is wanted")
"""
PROJECT: Final = """\
[project]
name = "tiny"
version = "0"
requires-python = ">=3.11"
dependencies = []

[tool.uv]
package = false
"""
SERVICE_PATH: Final = "app/services/{% yield resource from resources %}{{ resource.name }}_service{% endyield %}.py.jinja"
TEST_PATH: Final = (
    "tests/{% yield resource from resources %}test_{{ resource.name }}{% endyield %}.py.jinja"
)
TEMPLATE: Final[dict[str, str | bytes]] = {
    "{{ _copier_conf.answers_file }}.jinja": ANSWERS,
    ".gitattributes": "* text=auto eol=lf\n",
    ".gitignore": "__pycache__/\n/.venv/\n.env\n",
    "README.md.jinja": "# {{ service_name }}\n\nA service.\n",
    "app/main.py": MAIN,
    "app/config.py": CONFIG,
    "app/logo.bin": bytes(range(256)),
    SERVICE_PATH: RESOURCE,
    TEST_PATH: TESTS,
    "migrations/versions/0001_first.py": 'revision = "0001"\n',
    "tools/pending_migration.py": PENDING,
    "pyproject.toml": PROJECT,
}
CHANGELOG: Final = """\
# Changelog

## 0.0.3 (2026-03-01)

Brings the third.

## 0.0.2 (2026-02-01)

Brings the second.

## 0.0.1 (2026-01-01)

The first.
"""
