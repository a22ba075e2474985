"""Settings about the provider are refused if they are missing or not safe."""

import pytest

from app.auth.provider import check_provider, metadata_urls
from app.core.config import Settings, SettingsError, load_settings

ISSUER = "http://127.0.0.1:9000"


def test_missing_settings_are_named(settings: Settings) -> None:
    bare = settings.model_copy(update={"auth_issuer": None, "auth_audience": None})
    with pytest.raises(SettingsError) as caught:
        check_provider(bare)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "AUTH_ISSUER is not set",
        "AUTH_AUDIENCE is not set",
    ]


@pytest.mark.parametrize(
    ("url", "host", "accepted"),
    [
        ("https://login.example", "0.0.0.0", True),
        (ISSUER, "127.0.0.1", True),
        ("http://localhost:9000", "::1", True),
        (ISSUER, "0.0.0.0", False),
        (ISSUER, "10.0.0.1", False),
        ("http://login.example", "127.0.0.1", False),
        ("http://localhost.example", "localhost", False),
        ("http://0.0.0.0:9000", "127.0.0.1", False),
    ],
)
@pytest.mark.parametrize("name", ["auth_issuer", "auth_jwks_url"])
def test_plain_http_is_only_for_this_machine(
    settings: Settings, name: str, url: str, host: str, accepted: bool
) -> None:
    changed = settings.model_copy(update={name: url, "host": host})
    if accepted:
        check_provider(changed)
    else:
        with pytest.raises(SettingsError, match=f"{name.upper()} is not valid"):
            check_provider(changed)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("AUTH_ISSUER", "login.example"),
        ("AUTH_ISSUER", "https://user@login.example"),
        ("AUTH_ISSUER", "https://login.example/?realm=shop"),
        ("AUTH_ALGORITHMS", "RS256,HS256"),
        ("AUTH_ALGORITHMS", "none"),
        ("AUTH_LEEWAY", "301"),
    ],
)
def test_a_setting_that_is_not_valid_is_named(
    monkeypatch: pytest.MonkeyPatch, database_url: str, name: str, text: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv(name, text)
    with pytest.raises(SettingsError, match=f"{name} is not valid"):
        load_settings()


@pytest.mark.parametrize("issuer", ["https://login.example/realms/shop", "https://login.example/"])
def test_metadata_is_where_the_standards_say(issuer: str) -> None:
    path = "/realms/shop" if "realms" in issuer else ""
    assert metadata_urls(issuer) == (
        f"https://login.example{path}/.well-known/openid-configuration",
        f"https://login.example/.well-known/oauth-authorization-server{path}",
    )
