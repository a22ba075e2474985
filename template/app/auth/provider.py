"""Which addresses of the identity provider are trusted."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from app.core.config import Settings, SettingsError

LOCALHOST: Final = "localhost"
HINT: Final = "docs/auth.md says which value your provider needs"
NOT_SET: Final = "{name} is not set: set it in the environment or in .env ({hint})."
NOT_SAFE: Final = "{name} is not valid: it must begin with https://; http:// is only for an issuer on this machine, while HOST is a loopback address."


def check_provider(settings: Settings) -> None:
    """Accept settings that name a provider, and addresses that nobody in between can change.

    Raises:
        SettingsError: A setting is missing or not safe; the message has a line for each.
    """
    names = ("auth_issuer", "auth_audience")
    missing = [name for name in names if getattr(settings, name) is None]
    urls = {name: getattr(settings, name) for name in ("auth_issuer", "auth_jwks_url")}
    unsafe = [name for name, url in urls.items() if url and not is_safe(url, settings)]
    lines = [NOT_SET.format(name=name.upper(), hint=HINT) for name in missing]
    lines += [NOT_SAFE.format(name=name.upper()) for name in unsafe]
    if lines:
        message = "\n".join(lines)
        raise SettingsError(message)


def is_safe(url: str, settings: Settings) -> bool:
    """Return whether nobody can change what an address answers.

    An issuer for development speaks HTTP: on this machine, for a service that only it can reach.
    """
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and all(map(is_loopback, (parts.hostname or "", settings.host)))


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == LOCALHOST


def metadata_urls(issuer: str) -> tuple[str, str]:
    """Return where a provider describes itself (OpenID Connect Discovery, RFC 8414)."""
    base = issuer.rstrip("/")
    parts = urlsplit(base)
    path = f"/.well-known/oauth-authorization-server{parts.path}"
    return f"{base}/.well-known/openid-configuration", parts._replace(path=path).geturl()
