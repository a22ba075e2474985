"""What owners do to the places of files: they move modules, tests and folders, and work on there."""

from pathlib import Path
from random import Random
from typing import Final

from tests.updates.edits_of_code import METHOD, SERVICE
from tests.updates.edits_of_projects import ENDPOINT_TESTS, SERVICE_TESTS
from tests.updates.text import Moves, append, insert_before, move, number

MODULES: Final = ("app/api/health.py", "app/core/etag.py", "app/core/errors.py", SERVICE)
TESTS: Final = ("tests/unit/db/test_cursor.py", ENDPOINT_TESTS, SERVICE_TESTS)
FOLDERS: Final = ("tests/unit/core", "tests/unit/services", "app/services", "docs")


def move_a_module(place: Path, random: Random) -> Moves:
    old = Path(random.choice(MODULES))
    return move(place, str(old), f"app/own_{number(random)}/{old.name}")


def rename_a_test_file(place: Path, random: Random) -> Moves:
    old = Path(random.choice(TESTS))
    return move(place, str(old), str(old.with_name(f"test_own_{number(random)}.py")))


def move_a_folder(place: Path, random: Random) -> Moves:
    old = random.choice(FOLDERS)
    return move(place, old, f"{old}_{number(random)}")


def move_and_edit(place: Path, random: Random) -> Moves:
    n = number(random)
    new = f"app/services/catalog_{n}.py"
    moves = move(place, SERVICE, new)
    insert_before(place / new, "    async def get(", METHOD.format(n=n).removeprefix("\n") + "\n")
    return moves


def rename_and_edit_a_test_file(place: Path, random: Random) -> Moves:
    n = number(random)
    new = f"tests/integration/api/test_catalog_{n}.py"
    moves = move(place, ENDPOINT_TESTS, new)
    append(place / new, f"\n\nOWN = {n}\n")
    return moves
