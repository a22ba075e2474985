"""Types of settings about browsers and proxies."""

import re
from ipaddress import ip_network
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic_settings import NoDecode

ALL: Final = ("*",)
DEFAULT_PORTS: Final = r"(?!http://.*:80$|https://.*:443$)"
ORIGIN: Final = re.compile(
    DEFAULT_PORTS + r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?"
)
PREFIX: Final = r"^(/[A-Za-z0-9._~-]+)*$"


def split(value: object) -> object:
    """Return the parts of a text that are separated by commas."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def check_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """Accept origins in the form that browsers send; others would never match."""
    wrong = [origin for origin in origins if not ORIGIN.fullmatch(origin)]
    if wrong and origins != ALL:
        message = (
            f"write {wrong[0]!r} as browsers do, as in https://shop.example, or only * for all"
        )
        raise ValueError(message)
    return origins


def check_credentials(allowed: bool, info: ValidationInfo) -> bool:
    """Accept credentials for listed origins only."""
    if allowed and info.data.get("cors_origins") == ALL:
        message = "must be false while CORS_ORIGINS is *: list the origins instead"
        raise ValueError(message)
    return allowed


def check_proxies(proxies: tuple[str, ...]) -> tuple[str, ...]:
    """Accept addresses and networks; uvicorn would ignore anything else."""
    for proxy in proxies if proxies != ALL else ():
        ip_network(proxy)
    return proxies


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split)]
Origins = Annotated[Names, AfterValidator(check_origins)]
Credentials = Annotated[bool, AfterValidator(check_credentials)]
Proxies = Annotated[Names, AfterValidator(check_proxies)]
