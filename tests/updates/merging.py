"""Runs updates as `poe update` does, many in one process."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

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


def merge(tools: Service, updates: Iterable[tuple[Path, str]]) -> list[set[str]]:
    """Update services to releases, and return which files each update reported as conflicts."""
    lines = "".join(f"{json.dumps([str(place), tag])}\n" for place, tag in updates)
    output = tools.run("python", "-c", MERGE, text=lines)
    return [{place.split(":")[0] for place in json.loads(line)} for line in output.splitlines()]
