"""The Dockerfile follows the rules of its trade, and checks report those that it would break."""

from pathlib import Path
from typing import Final

import pytest

from tests.container.dockerfile import problems_of
from tests.support import TEMPLATE

DOCKERFILE: Final = TEMPLATE / "template" / "Dockerfile"
DIGEST: Final = "@sha256:cdc6093146eb3ff6a40107b38f008b789e050e77ad87865e381d9917da55a168"
COMMAND: Final = 'CMD ["python", "-m", "app"]'
NUMBER: Final = "USER 10001:10001"
# What replaces which text, and what the report says.
MISTAKES: Final = {
    "root": (NUMBER, "USER root", "DL3002"),
    "user 0": (NUMBER, "USER 0:0", "the last USER"),
    "a user by name": (NUMBER, "USER nobody", "the last USER"),
    "no user": (NUMBER, "", "the last USER"),
    "a download": ("COPY app app", "ADD https://example.com/app.tar app/", "ADD downloads"),
    "no digest": (DIGEST, "", "has no digest"),
    "no tag": (":3.14-slim-trixie", "", "has no version"),
    "the latest tag": (":3.14-slim-trixie", ":latest", "has no version"),
    "everything": ("COPY app app", "COPY . .", "COPY takes everything"),
    "a shell": (COMMAND, "CMD python -m app", "DL3025"),
    "a shell at entry": (COMMAND, "ENTRYPOINT python -m app", "starts a shell"),
    "a secret": ("HOST=0.0.0.0", "HOST=0.0.0.0 API_TOKEN=abc", "ENV holds a secret"),
    "a secret argument": ('ARG REVISION=""', 'ARG DB_PASSWORD="abc"', "ARG holds a secret"),
    "a database": (COMMAND, f"ENV DATABASE_URL=postgresql://a:b@c/d\n{COMMAND}", "a secret"),
    "sudo": ("RUN python3", "RUN sudo python3", "DL3004"),
}


def test_it_follows_all_rules() -> None:
    assert problems_of(DOCKERFILE) == []


@pytest.mark.parametrize(("text", "mistake", "report"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_reported(tmp_path: Path, text: str, mistake: str, report: str) -> None:
    original = DOCKERFILE.read_text()
    assert text in original
    changed = tmp_path / "Dockerfile"
    changed.write_text(original.replace(text, mistake, 1))

    problems = problems_of(changed)

    assert any(report in problem for problem in problems), problems
