"""An answer that cannot work is refused with a sentence that says what to write instead."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support import refusal_of

SERVICE_NAME: Final = (
    " is not a service name: write at most 50 lower-case letters, digits and single hyphens, "
    "beginning with a letter, as in order-service."
)
DESCRIPTION: Final = (
    "Write one sentence of at most 200 printable characters, without double quotes and "
    "backslashes, as in: Takes orders and notifies the warehouse."
)
AUTHOR: Final = (
    " is not an author: write at most 100 characters, a name without commas, optionally "
    "followed by an email address, as in Jane Doe <jane@example.com>."
)

PLAIN_ANSWERS: Final = [
    ("service_name", "", f"''{SERVICE_NAME}"),
    ("service_name", "Orders", f"'Orders'{SERVICE_NAME}"),
    ("service_name", "order_service", f"'order_service'{SERVICE_NAME}"),
    ("service_name", "order--service", f"'order--service'{SERVICE_NAME}"),
    ("service_name", "orders-", f"'orders-'{SERVICE_NAME}"),
    ("service_name", "2orders", f"'2orders'{SERVICE_NAME}"),
    ("service_name", "orders\n", f"'orders '{SERVICE_NAME}"),
    ("service_name", "a" * 51, f"'{'a' * 39}…'{SERVICE_NAME}"),
    ("description", "", DESCRIPTION),
    ("description", " ", DESCRIPTION),
    ("description", "x" * 201, DESCRIPTION),
    ("description", 'The "best" one.', DESCRIPTION),
    ("description", "One \\ two.", DESCRIPTION),
    ("description", "One.\nTwo.", DESCRIPTION),
    ("description", "Zero\u200bwidth.", DESCRIPTION),
    ("author", "jane@example.com", f"'jane@example.com'{AUTHOR}"),
    ("author", "Jane <jane>", f"'Jane <jane>'{AUTHOR}"),
    ("author", "Doe, Jane", f"'Doe, Jane'{AUTHOR}"),
    ("author", "Jane ", f"'Jane '{AUTHOR}"),
    ("author", 'Jane "J" Doe', f"'Jane \"J\" Doe'{AUTHOR}"),
    ("author", "x" * 101, f"'{'x' * 39}…'{AUTHOR}"),
]


@pytest.mark.parametrize(("question", "answer", "sentence"), PLAIN_ANSWERS)
def test_a_plain_answer_that_cannot_work_is_refused(
    question: str, answer: str, sentence: str, template_files: Path, tmp_path: Path
) -> None:
    assert refusal_of(template_files, tmp_path, question, answer) == sentence


def test_the_command_line_says_so_last_and_writes_nothing(
    template_files: Path, tmp_path: Path
) -> None:
    copier = Path(sys.executable).parent / "copier"
    command = [str(copier), "copy", "--defaults", "-d", "ci=jenkins", str(template_files)]
    done = subprocess.run(
        [*command, str(tmp_path / "service")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "'jenkins' is not in ['github', 'gitlab', 'none']" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "service").exists()
