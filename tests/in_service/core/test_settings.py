"""Settings about browsers and proxies: which are read, and which are not valid."""

import pytest

from app.core.config import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def bare_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Change to an empty directory, with only the URL in the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://user@host/shop")
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("cors_origins", "", ()),
        ("cors_origins", "*", ("*",)),
        (
            "cors_origins",
            "https://shop.example, http://localhost:5173",
            ("https://shop.example", "http://localhost:5173"),
        ),
        ("cors_origins", "http://[::1]:3000", ("http://[::1]:3000",)),
        ("cors_origins", "capacitor://localhost", ("capacitor://localhost",)),
        ("root_path", "/shop", "/shop"),
        ("root_path", "/eu/shop-1", "/eu/shop-1"),
        ("trusted_proxies", "10.0.0.0/8,::1", ("10.0.0.0/8", "::1")),
        ("trusted_proxies", "*", ("*",)),
    ],
)
def test_settings_about_browsers_and_proxies_are_read(
    name: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name.upper(), text)
    assert getattr(load_settings(), name) == value


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        *(
            ("CORS_ORIGINS", text, "as in https://shop.example")
            for text in (
                "shop.example",
                "https://shop.example/",
                "https://shop.example/cart",
                "https://Shop.example",
                "https://shop.example:443",
                "https://*.shop.example",
                "https://shop.example:port",
                "null",
                "*,https://shop.example",
            )
        ),
        ("CORS_CREDENTIALS", "perhaps", "valid boolean"),
        *(
            ("ROOT_PATH", text, "match pattern '^(/")
            for text in ("shop", "/", "/shop/", "/a b", "//a")
        ),
        *(
            ("TRUSTED_PROXIES", text, text.partition(",")[0])
            for text in ("proxy", "10.0.0.1/8", "10.0.0.300", "*,10.0.0.1")
        ),
    ],
)
def test_a_setting_that_would_have_no_effect_is_refused(
    name: str, text: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    [sentence] = str(caught.value).splitlines()
    assert sentence.startswith(f"{name} is not valid: ")
    assert hint in sentence


def test_credentials_for_every_origin_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "*")
    monkeypatch.setenv("CORS_CREDENTIALS", "true")
    with pytest.raises(SettingsError, match=r"CORS_CREDENTIALS is not valid: .*CORS_ORIGINS"):
        load_settings()
