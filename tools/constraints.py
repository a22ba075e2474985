"""`poe constraints`: renew the versions that are tested together, here and in the template."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from copier import run_copy

ROOT: Final = Path(__file__).parent.parent
TEMPLATE: Final = ROOT / "template" / "pyproject.toml.jinja"
FEATURES_WITH_PACKAGES: Final = ("auth",)
LIST: Final = re.compile(
    r"(?<=^constraint-dependencies = \[).*?(?=^\]|\]$)", re.MULTILINE | re.DOTALL
)
COMPILE: Final = (
    *("uv", "pip", "compile", "pyproject.toml", "--group=dev", "--universal", "--upgrade"),
    *("--python-version=3.11", "--no-header", "--no-annotate", "--quiet"),
    *("--no-emit-index-url", "--no-emit-find-links"),
)


def main() -> None:
    """Resolve the newest versions that the declared ranges allow, and write them down."""
    with tempfile.TemporaryDirectory() as place:
        every = {"features": [*FEATURES_WITH_PACKAGES]}
        run_copy(str(ROOT), place, data=every, vcs_ref="HEAD", defaults=True, quiet=True)
        renew(TEMPLATE, (Path(place) / "pyproject.toml").read_text())
    own = ROOT / "pyproject.toml"
    renew(own, own.read_text())


def renew(declared: Path, rendered: str) -> None:
    """Replace the list in a file by what its rendered text resolves to."""
    before = declared.read_text()
    versions = resolve(LIST.sub("", rendered, count=1))
    block = "".join(f'\n    "{version}",' for version in versions) + "\n"
    after = LIST.sub(block, before, count=1)
    declared.write_text(after)
    state = "unchanged" if after == before else "renewed"
    sys.stdout.write(f"{declared.relative_to(ROOT)}: {len(versions)} versions, {state}\n")


def resolve(pyproject: str) -> list[str]:
    """Return the versions of all dependencies, direct and indirect, for every platform."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "pyproject.toml").write_text(pyproject)
        done = subprocess.run(COMPILE, cwd=place, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return [line.replace('"', "'") for line in done.stdout.splitlines() if "==" in line]


if __name__ == "__main__":
    main()
