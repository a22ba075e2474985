"""Settings, read once from the environment or `.env`; OpenTelemetry reads its own variables."""

import re
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.core.network import PREFIX, Credentials, Origins, Proxies

POSTGRES_SCHEMES: Final = ("postgresql", "postgres", "postgresql+asyncpg")
DATABASE_URL_HINT: Final = (
    "write postgresql://user:password@host:5432/database, with special characters as in %2F"
)
HOST_AND_PORT: Final = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:[0-9]{1,5})?")
MEBIBYTE: Final = 2**20


class SettingsError(Exception):
    """Settings are missing or invalid; the message has a line for each."""


def check_database_url(url: SecretStr) -> SecretStr:
    """Accept a PostgreSQL URL and return it in the form that asyncpg reads."""
    scheme, separator, rest = url.get_secret_value().partition("://")
    message = f"must be a PostgreSQL URL: {DATABASE_URL_HINT}"
    if not separator or scheme not in POSTGRES_SCHEMES:
        raise ValueError(message)
    plain = f"postgresql://{rest}"
    try:
        parts = urlsplit(plain)
    except ValueError:
        raise ValueError(message) from None
    hosts = parts.netloc.rpartition("@")[2].split(",")  # several if there are replicas
    if (
        not parts.path.strip("/")
        or "@" in parts.path
        or not all(map(HOST_AND_PORT.fullmatch, hosts))
    ):
        raise ValueError(message)
    return SecretStr(plain)


class Settings(BaseSettings):
    """What may differ between deployments."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: Annotated[SecretStr, AfterValidator(check_database_url)]
    database_pool_size: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="Connections per worker for requests; readiness checks use one more.",
    )
    database_pool_mode: Literal["session", "transaction"] = Field(
        default="session",
        description="Mode of the pooler in front of the database; without one it is session.",
    )
    database_timeout: float = Field(
        default=4.0,
        gt=0,
        le=3600,
        description="Seconds that a request may hold a session; then the client receives a 503.",
    )
    database_stream_timeout: float = Field(
        default=300.0,
        gt=0,
        description="Seconds that a response may be streamed from the database.",
    )
    database_slow_share: int = Field(
        default=3,
        ge=1,
        description="Connections of these that streams and slow routes may use at the same time.",
    )
    max_body_size: int = Field(
        default=MEBIBYTE,
        ge=1,
        description="Largest request body in bytes; a route may have its own `max_body_size`.",
    )
    cors_origins: Origins = Field(
        default=(), description="Origins whose pages may use the API from a browser; * for all."
    )
    cors_credentials: Credentials = Field(
        default=False, description="Whether these pages may send cookies."
    )
    root_path: str = Field(
        default="",
        pattern=PREFIX,
        description="Prefix that the proxy in front removes from all paths, as in /shop.",
    )
    trusted_proxies: Proxies = Field(
        default=(),
        description="Addresses and networks whose X-Forwarded-For and -Proto are believed.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    otel_exporter_otlp_endpoint: str | None = Field(
        default=None,
        description="Collector of traces and metrics; OpenTelemetry reads all its other variables.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(default=1, ge=1, le=256, description="Processes that serve requests.")
    shutdown_timeout: int = Field(
        default=25,
        ge=1,
        description="Seconds to finish requests at SIGTERM; Kubernetes kills after 30.",
    )


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: Settings are missing or invalid; the message has a line for each.
    """
    try:
        return Settings()
    except ValidationError as error:
        sentences = [
            explain(str(part["loc"][0]).upper(), part["type"], part["msg"])
            for part in error.errors(include_input=False, include_context=False)
        ]
        message = "\n".join(sentences)
        raise SettingsError(message) from None


def explain(name: str, error_type: str, message: str) -> str:
    """Return a sentence that says what is wrong with a setting and where to fix it."""
    if error_type == "missing":
        return f"{name} is not set: set it in the environment or in .env ({DATABASE_URL_HINT})."
    return f"{name} is not valid: {message.removeprefix('Value error, ')}."
