"""All logs have one format, and contain no local variables."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from app.core.config import Settings
from app.core.logging import configure_logging


@pytest.fixture(autouse=True)
def restored(settings: Settings) -> Iterator[None]:
    """Restore the suite's own configuration at the end."""
    yield
    configure_logging(settings)


def configure(settings: Settings, **changes: str) -> None:
    configure_logging(settings.model_copy(update=changes))


def test_a_library_logs_in_the_same_format(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(settings)
    structlog.get_logger().info("ours", number=1)
    logging.getLogger("library").warning("theirs: %d", 2)
    ours, theirs = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (ours["event"], ours["level"], ours["number"]) == ("ours", "info", 1)
    assert (theirs["event"], theirs["level"]) == ("theirs: 2", "warning")
    assert theirs["logger"] == "library"
    assert ours.keys() - {"number"} == theirs.keys() - {"logger"}


def fail(word: str) -> str:
    return [word][len(word)]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_does_not_show_variables(
    settings: Settings, capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    configure(settings, log_format=log_format)
    word = "".join(("se", "same"))  # tracebacks show lines of the source
    try:
        fail(word)
    except IndexError:
        structlog.get_logger().exception("failed")
    printed = capsys.readouterr().out
    assert "IndexError" in printed
    assert word not in printed


def test_a_line_within_a_trace_has_its_ids(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(settings)
    context = SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=TraceFlags(1))
    with trace.use_span(NonRecordingSpan(context)):
        structlog.get_logger().info("within")
    line = json.loads(capsys.readouterr().out)
    assert (int(line["trace_id"], 16), int(line["span_id"], 16)) == (0xABC, 0xDEF)


def test_levels_below_the_chosen_one_are_left_out(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(settings, log_level="WARNING")
    structlog.get_logger().info("ours")
    logging.getLogger("library").info("theirs")
    assert capsys.readouterr().out == ""


def test_the_console_format_is_not_json(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(settings, log_format="console")
    structlog.get_logger().info("ours", number=1)
    assert "number=1" in capsys.readouterr().out
