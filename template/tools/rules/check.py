"""`poe rules`: what no linter knows."""

import sys
from collections.abc import Iterator

from tools.repository import ROOT
from tools.rules import endpoints, messages, migrations, values
from tools.rules.finding import Finding, modules_in


def main() -> None:
    """Print what breaks a rule, and fail if anything does."""
    found = list(findings())
    sys.stdout.write("".join(f"{finding}\n" for finding in found))
    sys.exit(f"Found {len(found)}." if found else 0)


def findings() -> Iterator[Finding]:
    """Give what breaks a rule, module by module."""
    for module in modules_in(ROOT, "app"):
        for rule in (endpoints, values, messages):
            yield from sorted(rule.check(module))
    yield from migrations.check(ROOT)
