"""A service that cannot start says in sentences which setting keeps it from it."""

import socket

import pytest

from tests.faults.ports import HOST
from tests.support import Service

URL = "postgresql://someone@localhost/shop"

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("settings", "sentences"),
    [
        ({}, ["DATABASE_URL is not set"]),
        ({"DATABASE_URL": ""}, ["DATABASE_URL is not set"]),
        ({"DATABASE_URL": "mysql://localhost/shop"}, ["DATABASE_URL is not valid"]),
        ({"DATABASE_URL": URL, "PORT": "http"}, ["PORT is not valid"]),
        ({"DATABASE_URL": URL, "DATABASE_POOL_SIZE": "0"}, ["DATABASE_POOL_SIZE is not valid"]),
        ({"DATABASE_URL": "shop", "LOG_LEVEL": "loud"}, ["DATABASE_URL", "LOG_LEVEL"]),
        (
            {"DATABASE_URL": URL, "CORS_ORIGINS": "*", "CORS_CREDENTIALS": "true"},
            ["CORS_CREDENTIALS is not valid: must be false"],
        ),
        (
            {"DATABASE_URL": URL, "ROOT_PATH": "shop", "TRUSTED_PROXIES": "10.0.0.1/8"},
            ["ROOT_PATH is not valid", "TRUSTED_PROXIES is not valid"],
        ),
    ],
)
def test_a_setting_that_cannot_work_is_named(
    service: Service, settings: dict[str, str], sentences: list[str]
) -> None:
    code, output = service.attempt("python", "-m", "app", **settings)
    assert code == 1
    lines = output.splitlines()
    assert len(lines) == len(sentences)
    for line, sentence in zip(lines, sentences, strict=True):
        assert line.startswith(sentence)


def test_a_taken_port_is_named(service: Service) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = str(taken.getsockname()[1])
        code, output = service.attempt("python", "-m", "app", DATABASE_URL=URL, PORT=port)
    assert code == 1
    assert port in output
    assert "Traceback" not in output
