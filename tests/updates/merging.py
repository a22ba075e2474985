"""Runs updates as `poe update` does, many in one process."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.shared_processes import ask, piped
from tests.support import Service

MERGE: Final = """
import json, sys
from pathlib import Path
import yaml
from tools.answers import Source
from tools.merge import merge_release
from tools.quick_copier import compiled_once

with compiled_once():
    for line in sys.stdin:
        place, tag = json.loads(line)
        remembered = yaml.safe_load(Path(place, ".copier-answers.yml").read_text())
        answers = {key: value for key, value in remembered.items() if not key.startswith("_")}
        source = Source(remembered["_src_path"], remembered["_commit"])
        print(json.dumps(merge_release(Path(place), tag, answers, source)), flush=True)
"""


@dataclass(frozen=True)
class Merger:
    """A process that updates one service after the other."""

    process: subprocess.Popen[str]

    def merge(self, place: Path, tag: str) -> set[str]:
        """Update a service to a release, and return which files that reported as conflicts."""
        reported = json.loads(ask(self.process, [str(place), tag]))
        return {told.split(":")[0] for told in reported}


@contextmanager
def merger(tools: Service) -> Iterator[Merger]:
    """Give a process that updates services with the tools of one.

    It clones each release of a template once, so none may change while it is there.
    """
    with piped(tools, ["python", "-c", MERGE]) as process:
        yield Merger(process)
