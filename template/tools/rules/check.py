"""`poe rules`: check the rules that no linter knows."""

from collections.abc import Iterator
from contextlib import suppress

from tools.git import BASE, ROOT, BaseError, find_base
from tools.rules import endpoints, literals, migrations
from tools.rules.finding import Finding, modules_in, report


def main() -> None:
    """Print what breaks a rule, and exit with an error if anything does."""
    report([*in_source(), *in_migrations()])


def in_source() -> Iterator[Finding]:
    """Yield what breaks a rule in the modules of the service."""
    for module in modules_in(ROOT, "app"):
        yield from sorted(module.findings([*endpoints.check(module), *literals.check(module)]))


def in_migrations() -> Iterator[Finding]:
    """Yield what breaks a rule in the migrations; those on the base branch are released."""
    yield from migrations.check_row(ROOT)
    for name in (BASE, "HEAD"):  # without a branch of that name, the default branch of the origin
        with suppress(BaseError):
            yield from migrations.check_released(ROOT, find_base(name).commit)
            return
