"""What hadolint does not see in a Dockerfile."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

HADOLINT: Final = Path(sys.prefix) / "bin" / "hadolint"
CONTINUATION: Final = re.compile(r"\\\n(?:\s*#.*\n)*")
SECRET: Final = re.compile(r"\b\w*(?:DATABASE_URL|KEY|PASSWORD|SECRET|TOKEN)\w*=", re.IGNORECASE)
VARIABLE: Final = re.compile(r"\$\{(\w+)\}")
PINNED: Final = re.compile(r"[^\s@]+:[\w.-]*\d[\w.-]*(@sha256:[0-9a-f]{64})?")
USER: Final = re.compile(r"[1-9]\d*(:[1-9]\d*)?")
ALL: Final = {".", "./", "*", "/"}


class Instruction(NamedTuple):
    """One instruction, and its text on one line."""

    name: str
    text: str


def problems_of(dockerfile: Path) -> list[str]:
    """Return what hadolint and our own rules find, a line each."""
    lint = [str(HADOLINT), "--no-color", "--no-fail", str(dockerfile)]
    done = subprocess.run(lint, capture_output=True, text=True, check=True)
    instructions = parse(dockerfile.read_text())
    return [*done.stdout.splitlines(), *wrong_images(instructions), *wrong_lines(instructions)]


def parse(text: str) -> list[Instruction]:
    """Return the instructions of a Dockerfile."""
    lines = CONTINUATION.sub(" ", text).splitlines()
    parts = [line.strip().partition(" ") for line in lines if line.strip() and line[0] != "#"]
    return [Instruction(name.upper(), " ".join(rest.split())) for name, _, rest in parts]


def wrong_images(instructions: list[Instruction]) -> list[str]:
    """Require a version of each image, and a digest but for Python's, which gets fixes by its tag."""
    arguments: dict[str, str] = {}
    stages: set[str] = set()
    wrong = []
    for name, text in instructions:
        if name == "ARG":
            arguments |= dict(word.split("=", 1) for word in text.split() if "=" in word)
        if name == "FROM":
            image, *rest = expand(text, arguments).split()
            pinned = PINNED.fullmatch(image)
            if image not in stages and not pinned:
                wrong.append(f"{image} has no version")
            elif pinned and not pinned[1] and "/python:" not in image:
                wrong.append(f"{image} has no digest")
            stages |= set(rest[1:])
    return wrong


def expand(text: str, arguments: dict[str, str]) -> str:
    """Return a text with the values of its arguments."""
    return VARIABLE.sub(lambda found: arguments[found[1]], text)


def wrong_lines(instructions: list[Instruction]) -> list[str]:
    """Require a number as the user, named files, exec form, and no secrets in the image."""
    last = max(number for number, each in enumerate(instructions) if each.name == "FROM")
    users = [text for name, text in instructions[last:] if name == "USER"]
    wrong = [] if users and USER.fullmatch(users[-1]) else ["the last USER is not a number over 0"]
    for name, text in instructions:
        sources = [word for word in text.split()[:-1] if not word.startswith("--")]
        if name == "ADD":
            wrong.append(f"ADD downloads and unpacks: {text}")
        if name == "COPY" and "--from" not in text and ALL & set(sources):
            wrong.append(f"COPY takes everything: {text}")
        if name in {"CMD", "ENTRYPOINT"} and not text.startswith("["):
            wrong.append(f"{name} starts a shell, which hears no signal: {text}")
        if name in {"ARG", "ENV"} and SECRET.search(text):
            wrong.append(f"{name} holds a secret: {text}")
    return wrong
