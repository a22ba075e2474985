"""Whether clients of the base branch's API can go on as they are."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tools.base import Base
from tools.done.breaking import breaks
from tools.done.result import Result, Step, last_line
from tools.refused import RefusedError
from tools.repository import ROOT, git

CHECK: Final = "OpenAPI compatible"
HELP: Final = (
    "Keep what clients use, beside the new; or announce the break in a commit, as in"
    " `feat!: …` or with a line BREAKING CHANGE: …"
)
MEND: Final = "See what the import of app.main says, below."
ANNOUNCED: Final = re.compile(r"^\w+(\(.+\))?!:|^BREAKING[ -]CHANGE:", re.MULTILINE)
RENDER: Final = """
import json, sys
from app.main import create_app
json.dump(create_app().openapi(), sys.stdout)
"""
ANY_URL: Final = "postgresql://nobody@localhost/none"


def steps(base: Base) -> list[Step]:
    """Return the step that compares the two APIs."""

    def step() -> list[Result]:
        try:
            return [compare(base)]
        except RefusedError as error:
            return [Result(CHECK, False, last_line(str(error)), MEND, str(error))]

    return [step]


def compare(base: Base) -> Result:
    """Return what the API of the base has and this one has not."""
    changed = git("diff", "--name-only", base.commit, "--", "app", "pyproject.toml")
    added = git("ls-files", "--others", "--exclude-standard", "app")
    if not changed and not added:
        return Result(CHECK, True, "nothing has changed in app", HELP)
    broken = list(breaks(document_at(base), document_of(ROOT)))
    messages = git("log", "--format=%B", f"{base.commit}..HEAD")
    announced = bool(broken and ANNOUNCED.search(messages))
    found = f"{len(broken)} breaking" if broken else "no breaking change"
    told = f"{found}, announced in a commit" if announced else found
    return Result(CHECK, announced or not broken, told, HELP, "\n".join(broken))


def document_at(base: Base) -> Any:
    """Return the OpenAPI document of the base, from a copy that is thrown away."""
    with TemporaryDirectory() as folder:
        archive = Path(folder, "base.tar")
        git("archive", f"--output={archive}", base.commit, "app", "pyproject.toml")
        if not archive.exists():
            return {}
        with tarfile.open(archive) as files:
            files.extractall(folder, filter="data")
        if (ROOT / ".env").exists():
            shutil.copy(ROOT / ".env", folder)
        return document_of(Path(folder))


def document_of(root: Path) -> Any:
    """Return the OpenAPI document of the service in a folder.

    Raises:
        RefusedError: It cannot be made; the message is that of Python.
    """
    done = subprocess.run(
        [sys.executable, "-c", RENDER],
        cwd=root,
        env={"DATABASE_URL": ANY_URL} | os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RefusedError(done.stderr)
    return json.loads(done.stdout)
