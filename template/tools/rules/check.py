"""`poe rules`: what no linter knows."""

import sys
from collections.abc import Iterator

from tools.base import BASE, find_base
from tools.refused import RefusedError
from tools.repository import ROOT
from tools.rules import endpoints, messages, migrations, values
from tools.rules.finding import Finding, modules_in


def main() -> None:
    """Print what breaks a rule, and fail if anything does."""
    found = [*in_source(), *in_migrations()]
    sys.stdout.write("".join(f"{finding}\n" for finding in found))
    sys.exit(f"Found {len(found)}." if found else 0)


def in_source() -> Iterator[Finding]:
    """Give what breaks a rule in the modules of the service."""
    for module in modules_in(ROOT, "app"):
        for rule in (endpoints, values, messages):
            yield from sorted(rule.check(module))


def in_migrations() -> Iterator[Finding]:
    """Give what breaks a rule in the migrations; what was released shows in the base branch."""
    yield from migrations.check_row(ROOT)
    for name in (BASE, "HEAD"):  # one that is called otherwise is what the clone came from
        try:
            base = find_base(name)
        except RefusedError:
            continue
        yield from migrations.check_released(ROOT, base.commit)
        return
