"""Merges renders that lie ready into services, as `poe update` does with those that it makes."""

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from scaffold.git import Repository
from scaffold.merge import commits_of, merge
from scaffold.operation import Operation, head_of
from scaffold.render import VERSIONS

PLACE: Final = re.compile(r":\d+$| \(the template deletes it, you changed it\)$")


def merge_renders(place: Path, before: Path, after: Path) -> set[str]:
    """Merge the difference between two renders into a service, and return the files in conflict.

    Args:
        place: The service, under version control.
        before: The release that it has, rendered with its answers; it stays as it is.
        after: The release that it gets; it stays as it is, too.
    """
    repository, title = Repository(place), f"{before.name} -> {after.name}"
    operation = Operation("update", title, title, head_of(repository))
    with TemporaryDirectory() as folder:
        old, new = (Path(folder, name, place.name) for name in ("old", "new"))
        for render, copy in ((before, old), (after, new)):
            shutil.copytree(render, copy)
            shutil.rmtree(copy / VERSIONS)
        merge(repository, commits_of(repository, old, new, title), operation)
    return {PLACE.sub("", conflict) for conflict in repository.conflicts()}
