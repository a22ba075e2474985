"""Settings are validated, with a message for each that is wrong."""

import pytest
from pydantic import SecretStr

from app.core.config import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def bare_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Change to an empty directory, with no setting in the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:secret@host:5432/shop",
        "postgres://user:secret@host:5432/shop",
        "postgresql+asyncpg://user:secret@host:5432/shop",
    ],
)
def test_every_usual_form_of_the_url_is_accepted(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    expected = "postgresql://user:secret@host:5432/shop"
    assert load_settings().database_url.get_secret_value() == expected


@pytest.mark.parametrize(
    "hosts", ["[::1]:5432", "[::1]", "one,two:5433", "one:5432,two:5433", "", "%2Frun%2Fpostgres"]
)
def test_every_form_of_hosts_is_kept(hosts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"postgresql://user:sec:ret@{hosts}/shop"
    monkeypatch.setenv("DATABASE_URL", url)
    assert load_settings().database_url.get_secret_value() == url


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user@host/shop",
        "host/shop",
        "postgresql://user@host",
        "postgresql://user@host/",
        "postgresql://user@[host/shop",
        "postgresql://user@host:port/shop",
        "postgresql://user:12/34@host/shop",
        "postgresql://user@host:5432:5433/shop",
    ],
)
def test_an_invalid_url_is_refused_with_an_example(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(SettingsError, match=r"DATABASE_URL.*postgresql://user:password@host"):
        load_settings()


def test_a_missing_url_is_reported_with_where_to_set_it() -> None:
    with pytest.raises(SettingsError, match=r"DATABASE_URL is not set.*\.env"):
        load_settings()


def test_every_invalid_setting_has_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://user@host/shop")
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    sentences = str(caught.value).splitlines()
    assert [sentence.split()[0] for sentence in sentences] == ["DATABASE_URL", "PORT"]


def test_the_password_is_never_shown() -> None:
    settings = Settings(database_url=SecretStr("postgresql://user:secret@host/shop"))
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("cors_origins", "https://a.example, http://b:1", ("https://a.example", "http://b:1")),
        ("cors_origins", "*", ("*",)),
        ("root_path", "/eu/shop-1", "/eu/shop-1"),
        ("trusted_proxies", "10.0.0.0/8,::1", ("10.0.0.0/8", "::1")),
        ("trusted_proxies", "*", ("*",)),
    ],
)
def test_settings_about_browsers_and_proxies_are_read(
    name: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user@host/shop")
    monkeypatch.setenv(name.upper(), text)
    assert getattr(load_settings(), name) == value


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("CORS_ORIGINS", "https://a.example/", "write 'https://a.example/' as browsers do"),
        ("CORS_CREDENTIALS", "true", "must be false while CORS_ORIGINS is *"),
        ("ROOT_PATH", "/shop/", "String should match pattern"),
        ("TRUSTED_PROXIES", "proxy", "'proxy' does not appear to be an IPv4 or IPv6 network"),
    ],
)
def test_a_setting_that_would_have_no_effect_is_refused(
    name: str, text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user@host/shop")
    monkeypatch.setenv("CORS_ORIGINS", "*")
    monkeypatch.setenv(name, text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(f"{name} is not valid: {message}")
