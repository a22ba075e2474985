"""Workflows of a service in a folder of a repository, which GitHub reads only at the root.

Git would find a moved file by its likeness, and the workflows of two services are alike.
"""

from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from scaffold.git import Repository

FOLDER: Final = ".github/workflows"
ALIKE: Final = 0.5  # the share of common lines
OPTION: Final = "working-directory:"


def moved_workflows(repository: Repository, render: Path) -> dict[str, str]:
    """Return where the owner moved workflows of the template, by their paths in the render.

    A workflow at the root is the service's if it works in the folder of the service.
    """
    texts = {
        path: (render / path).read_text().splitlines()
        for file in sorted((render / FOLDER).glob("*"))
        if not (repository.root / (path := file.relative_to(render).as_posix())).exists()
    }
    moved: dict[str, str] = {}
    for file in sorted((repository.top / FOLDER).glob("*.y*ml")) if texts else []:
        lines = file.read_text(errors="replace").splitlines()
        if any(works_in(line, repository.prefix.rstrip("/")) for line in lines):
            likeness = {path: SequenceMatcher(None, lines, texts[path]).ratio() for path in texts}
            path = max(likeness, key=likeness.__getitem__)
            if likeness[path] > ALIKE:
                moved[path] = file.relative_to(repository.top).as_posix()
    return moved


def works_in(line: str, folder: str) -> bool:
    """Tell whether a line of a workflow names a folder as the one to work in."""
    option, found, value = line.partition(OPTION)
    words = value.split("#")[0].strip(" '\"").removeprefix("./").rstrip("/")
    return bool(found) and not option.strip(" -") and words == folder
