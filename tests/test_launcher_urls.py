"""Whatever Copier takes for a source of the template, git and uv take the launcher's URL of it."""

from typing import Final

import pytest

from template.tools import template as launcher

HTTPS: Final = "https://github.com/owner/template.git"


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("gh:owner/template", HTTPS),
        ("gh:owner/template.git", HTTPS),
        ("gh:/owner/template", HTTPS),
        ("gl:owner/group/template", "https://gitlab.com/owner/group/template.git"),
        ("git+https://example.com/owner/template", "https://example.com/owner/template"),
        ("https://example.com/owner/template.git", "https://example.com/owner/template.git"),
        ("git@example.com:owner/template.git", "ssh://git@example.com/owner/template.git"),
        ("git+ssh://git@example.com/owner/t.git", "ssh://git@example.com/owner/t.git"),
        ("ssh://git@example.com:22/owner/t.git", "ssh://git@example.com:22/owner/t.git"),
        ("file:///srv/template", "file:///srv/template"),
        ("/srv/template", "file:///srv/template"),
        ("/srv/a template", "file:///srv/a%20template"),
        ("~/template", "file:///home/owner/template"),
    ],
)
def test_every_source_of_copier_becomes_a_url(
    source: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/owner")
    assert launcher.url_of(source) == url
