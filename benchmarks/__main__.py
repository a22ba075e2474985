"""`poe bench`: run all benchmarks, or those that are given."""

import sys
from collections.abc import Callable
from typing import Final

from benchmarks import auth, growth, profile, requests, tools

PARTS: Final[dict[str, Callable[[], None]]] = {
    "requests": requests.main,
    "auth": auth.main,
    "profile": profile.main,
    "tools": tools.main,
    "suite": tools.suite,
    "growth": growth.main,
}


def main(names: list[str]) -> None:
    """Run the given benchmarks, or all of them.

    Raises:
        SystemExit: There is no such benchmark.
    """
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}: write some of {', '.join(PARTS)}.")
    for name in names or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
